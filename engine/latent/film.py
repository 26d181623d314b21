"""Where the frames of a walk go: a film, a moving GIF, numbered pictures, or nowhere."""

import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine import image
from engine.errors import UserError
from engine.files import whole
from engine.image import Picture
from engine.job import Pixels

CODECS = ("mp4v", "avc1", "vp09")  # tried in turn; the first plays nearly everywhere
GIF_RATE = 50.0  # frames a second, the most that viewers play


class Film:
    """Takes frames (3, H, W) in [0, 1], all of one size; this kind is only watched.

    `finish` saves what there is, `close` leaves nothing half done behind.
    """

    def add(self, frame: Pixels) -> None:
        """The next frame."""

    def finish(self) -> None:
        """All frames are there."""

    def close(self) -> None:
        """Whether finished or not."""


class Pictures(Film):
    """A folder of PNGs: frame-00000.png and on."""

    def __init__(self, folder: Path) -> None:
        if folder.is_dir() and next(folder.glob("frame-*.png"), None):
            raise UserError(f"There are frames in {folder} already.", "Choose another folder.")
        self._folder, self._count = folder, 0

    def add(self, frame: Pixels) -> None:
        """Save it at once."""
        path = self._folder / f"frame-{self._count:05}.png"
        image.write(path, Picture(frame), format="png")
        self._count += 1


class Gif(Film):
    """A moving GIF that plays for ever, each frame with the 256 colours that suit it."""

    def __init__(self, path: Path, rate: float) -> None:
        self._path, self._rate = path, min(rate, GIF_RATE)
        self._frames: list[Any] = []

    def add(self, frame: Pixels) -> None:
        """Reduce it to its colours."""
        from PIL import Image

        self._frames.append(Image.fromarray(rounded(frame)).quantize(256))

    def finish(self) -> None:
        """Save."""
        first, *others = self._frames
        # GIF counts in hundredths of a second: rounded so that the whole film keeps its length
        ends = [round(100 * (number + 1) / self._rate) for number in range(len(self._frames))]
        lasting = [10 * (end - start) for start, end in zip([0, *ends], ends, strict=False)]
        with whole(self._path) as part:
            first.save(part, "GIF", save_all=True, append_images=others, duration=lasting, loop=0)


class Mp4(Film):
    """An MP4, in the first of `CODECS` that this computer can write."""

    def __init__(self, path: Path, rate: float) -> None:
        self._path, self._rate = path, rate
        self._writer: Any = None
        self._folder = tempfile.TemporaryDirectory(prefix="safelight-")
        self._file = Path(self._folder.name) / "film.mp4"  # a plain name: OpenCV wants no other

    def add(self, frame: Pixels) -> None:
        """Encode it."""
        if self._writer is None:
            self._writer = self._open(frame.shape[2], frame.shape[1])
        self._writer.write(np.ascontiguousarray(rounded(frame)[..., ::-1]))

    def finish(self) -> None:
        """Close the film and put it in its place."""
        self._writer.release()
        with whole(self._path) as part:
            part.write_bytes(self._file.read_bytes())

    def close(self) -> None:
        """Remove what was encoded so far."""
        if self._writer is not None:
            self._writer.release()
        self._folder.cleanup()

    def _open(self, width: int, height: int) -> Any:
        for codec in CODECS:
            code = cv2.VideoWriter.fourcc(*codec)
            writer = cv2.VideoWriter(str(self._file), code, self._rate, (width, height))
            if writer.isOpened():
                return writer
        raise UserError(
            "This computer has no codec for MP4.",
            "Save as .gif instead, or name a folder for the frames.",
        )


def rounded(frame: Pixels) -> Any:
    """(3, H, W) in [0, 1] -> (H, W, 3) bytes."""
    return np.rint(frame.transpose(1, 2, 0) * 255).clip(0, 255).astype(np.uint8)


def film(target: Path | None, rate: float) -> Film:
    """What suits the target's name. UserError where it is neither a film nor a folder."""
    if target is None:
        return Film()
    match target.suffix.lower():
        case ".mp4":
            return Mp4(target, rate)
        case ".gif":
            return Gif(target, rate)
        case "":
            return Pictures(target)
        case _ if target.is_dir():
            return Pictures(target)
        case ending:
            raise UserError(
                f"A walk cannot be saved as {ending}.",
                "Name an .mp4, a .gif, or a folder for the frames.",
            )

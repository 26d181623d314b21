"""What people look at while a model learns: sheets of samples, and curves for TensorBoard."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.files import whole
from engine.job import Pixels

SAMPLES, SAMPLE_PX, GAP = 4, 192, 4
COLUMNS = ("before", "model", "original")


def sheet(rows: list[tuple[Pixels, Pixels, Pixels]]) -> Pixels:
    """A row per sample: what the network saw, what it made of it, and the original; (3, H, W)."""
    tall = [np.concatenate([piece(image, row[2].shape) for image in row], 2) for row in rows]
    width = max(each.shape[2] for each in tall)
    padded = [np.pad(each, ((0, 0), (0, 0), (0, width - each.shape[2]))) for each in tall]
    return np.concatenate(padded, 1)


def piece(image: Pixels, like: tuple[int, ...]) -> Pixels:
    """The middle of a picture, enlarged to the size of `like` where it is smaller, with a gap."""
    _, height, width = like
    if image.shape[1:] != (height, width):
        large: Any = cv2.resize(
            image.transpose(1, 2, 0), (width, height), interpolation=cv2.INTER_CUBIC
        )
        image = np.atleast_3d(large).transpose(2, 0, 1)
    edge_y, edge_x = min(height, SAMPLE_PX), min(width, SAMPLE_PX)
    top, left = (height - edge_y) // 2, (width - edge_x) // 2
    cut = image[:, top : top + edge_y, left : left + edge_x].clip(0, 1)
    coloured = np.broadcast_to(cut, (3, *cut.shape[1:]))
    return np.pad(coloured, ((0, 0), (0, GAP), (0, GAP))).astype(np.float32, copy=False)


def write(path: Path, image: Pixels, columns: tuple[str, ...] = COLUMNS) -> None:
    """(3, H, W) in [0, 1] as PNG, whole; it says itself what its columns are."""
    flat = np.round(image.transpose(1, 2, 0) * 255).astype(np.uint8)
    told = PngInfo()
    told.add_text("columns", ",".join(columns))
    with whole(path) as part:
        Image.fromarray(flat).save(part, "PNG", pnginfo=told)


class EventFile:
    """The curves as TensorBoard reads them; nothing where its writer is not installed."""

    def __init__(self, folder: Path, step: int) -> None:
        self._writer: Any = None
        with suppress(ImportError):
            from tensorboardX.event_file_writer import EventsWriter
            from tensorboardX.proto.event_pb2 import Event, SessionLog

            # Not its SummaryWriter: that one starts a thread.
            self._writer = EventsWriter(str(folder / "events"))
            start = Event(wall_time=time.time(), step=step)
            start.session_log.status = SessionLog.START  # what is there of later steps is void
            self._writer.write_event(start)

    def add(self, step: int, values: dict[str, float]) -> None:
        """Values of a step."""
        if self._writer is None:
            return
        from tensorboardX.proto.event_pb2 import Event

        event = Event(wall_time=time.time(), step=step)
        for name, value in values.items():
            event.summary.value.add(tag=name.replace(" ", "/"), simple_value=value)
        self._writer.write_event(event)
        self._writer.flush()

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()

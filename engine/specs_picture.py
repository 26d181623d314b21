"""What every task with pictures in and pictures out lets people choose; no torch.

`engine.specs` offers all of it too.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.knobs import knob

FORMATS = (
    ("same", "Same as the original"),
    ("png", "PNG"),
    ("jpg", "JPEG"),
    ("webp", "WebP"),
    ("tiff", "TIFF"),
    ("avif", "AVIF"),
)
CONFLICTS = (
    ("skip", "Skip what is there"),
    ("overwrite", "Overwrite"),
    ("rename", "Keep both"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTask:
    """Pictures in, pictures out: what every such task lets people choose.

    `sources` are files, folders or globs. `target` is a folder, or a file where there is a single
    source picture; None puts each result next to its original.
    """

    sources: tuple[Path, ...] = knob((), "Pictures", kind="sources")
    target: Path | None = knob(None, "Save to", kind="target", auto="Next to the original")
    format: str = knob("same", "Format", "What kind of file is written.", choices=FORMATS)
    quality: int = knob(95, "Quality", "For JPEG, WebP and AVIF.", low=1, high=100)
    on_conflict: str = knob(
        "skip", "If a file is there", "What to do when the result exists.", choices=CONFLICTS
    )
    name: str = knob(
        "{name}_{op}",
        "File name",
        "Made of {name}, {op} (what was done), {model} and {scale}.",
        advanced=True,
    )
    recursive: bool = knob(True, "Include subfolders", "The folders are mirrored.", advanced=True)
    keep_metadata: bool = knob(
        True, "Keep metadata and colour profile", "EXIF, XMP, ICC profile and DPI."
    )
    note_settings: bool = knob(
        True,
        "Note the settings",
        "Writes into the picture (XMP) what was done; dropping it here brings the settings back.",
        advanced=True,
    )
    device: str = knob("auto", "Device", "auto, cpu, cuda or cuda:N.", kind="device", advanced=True)
    limit_megapixels: float = knob(
        300,
        "Largest picture",
        "Larger ones are refused.",
        low=1,
        high=4000,
        unit="MP",
        advanced=True,
    )

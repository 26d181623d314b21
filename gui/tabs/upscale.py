"""Make photos and folders larger."""

from math import sqrt
from typing import Any

from PySide6.QtCore import QSize

from engine.specs import PictureTask, Upscale
from gui.tabs import Desk, Tab
from gui.tabs.picture_tab import SAVE, PictureTab
from gui.widgets.labels import quiet

BYTES_A_PIXEL = 12  # three channels of float32


class UpscaleTab(PictureTab):
    """The second tab."""

    kind = Upscale
    name = "Upscale"
    verb = "Enlarging"
    sentence = (
        "Safelight makes small photos larger and draws the detail that plain enlarging leaves out. "
        "Your originals are never changed, and nothing leaves this computer."
    )
    sections = {  # noqa: RUF012
        "Model": ("model",),
        "Size": (("scale", "width", "height", "megapixels"),),
        "Save": SAVE,
    }

    def __init__(self, desk: Desk) -> None:
        self.becomes = quiet()
        super().__init__(desk)

    def _build(self) -> None:
        super()._build()
        self.form.sections["Size"].addWidget(self.becomes)

    def result_size(self, task: PictureTask, size: QSize) -> QSize:
        """By what decides: width, height, megapixels, or else the scale."""
        if not isinstance(task, Upscale) or size.isEmpty():
            return size
        scale = scale_of(task, size)
        return QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale)))

    def after_words(self, task: PictureTask, facts: dict[str, Any]) -> str:  # noqa: ARG002
        """How much larger it became."""
        if not isinstance(task, Upscale) or self.stage.size.isEmpty():
            return "After"
        return f"After · {scale_of(task, self.stage.size):.3g} \u00d7"

    def facts_words(self, facts: dict[str, Any]) -> list[str]:
        """Nothing more in the title; the size to come stands where it is chosen."""
        size = self.stage.size
        if size.isEmpty():
            self.becomes.setText("Open a photo to see how large it becomes.")
        else:
            result = self.result_size(self.spec(), size)
            self.becomes.setText(becomes_words(size, result, int(facts.get("bytes", 0))))
        return []


def scale_of(task: Upscale, size: QSize) -> float:
    """How many times wider and higher a picture of that size becomes."""
    if task.width:
        return task.width / size.width()
    if task.height:
        return task.height / size.height()
    if task.megapixels:
        return sqrt(task.megapixels * 1e6 / (size.width() * size.height()))
    return task.scale


def becomes_words(size: QSize, result: QSize, file_bytes: int) -> str:
    """Old and new size, what the file and the work on it will need."""
    pixels = result.width() * result.height()
    words = (
        f"From {size.width()} \u00d7 {size.height()} to {result.width()} \u00d7 {result.height()} "
        f"({pixels / 1e6:.1f} MP)."
    )
    memory = f"{amount(pixels * BYTES_A_PIXEL)} of memory while it is made."
    if not file_bytes:
        return f"{words} About {memory}"
    disk = file_bytes * pixels / (size.width() * size.height())
    return f"{words} About {amount(disk)} on disk, {memory}"


def amount(size: float) -> str:
    """Bytes in a unit people use."""
    for unit in ("kB", "MB"):
        size /= 1000
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 else f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} GB"


TAB = Tab("Upscale", "pictures", 2, "upscale", "Make photos larger", UpscaleTab)

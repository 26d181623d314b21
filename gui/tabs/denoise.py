"""Take the noise out of photos and folders."""

from typing import Any

from PySide6.QtCore import QSize

from engine.specs import Denoise, PictureTask
from gui.editors import ModelPicker
from gui.numbers import Auto
from gui.tabs import Tab
from gui.tabs.picture_tab import SAVE, PictureTab


class DenoiseTab(PictureTab):
    """The first tab."""

    kind = Denoise
    name = "Denoise"
    verb = "Denoising"
    sentence = (
        "Safelight takes the grain out of photos taken in little light. "
        "Your originals are never changed, and nothing leaves this computer."
    )
    sections = {"Model": ("model",), "Strength": ("strength", "blend"), "Save": SAVE}  # noqa: RUF012

    def result_size(self, task: PictureTask, size: QSize) -> QSize:  # noqa: ARG002
        """As large as it was."""
        return size

    def after_words(self, task: PictureTask, facts: dict[str, Any]) -> str:
        """For example "After · denoise 25"."""
        if self._artefacts():
            return "After · without artefacts"
        level = task.strength if isinstance(task, Denoise) else None
        level = facts.get("sigma") if level is None else level
        return "After · denoise" if level is None else f"After · denoise {level:.0f}"

    def facts_words(self, facts: dict[str, Any]) -> list[str]:
        """Noise level or JPEG quality; where it is left to the program, the slider shows it too."""
        editor = self.form.editors["strength"]
        assert isinstance(editor, Auto)
        if self._artefacts():
            editor.set_words("Compression", "Read it from the file")
            quality = facts.get("quality")
            level = None if quality is None else 100.0 - quality
            words = f"JPEG quality {quality}"
        else:
            editor.set_words(editor.about.label, editor.about.auto)
            level = facts.get("sigma")
            words = "" if level is None else f"noise about {level:.0f}"
        if level is None:
            return []
        editor.suggest(level)
        return [words]

    def _artefacts(self) -> bool:
        """Whether the chosen model takes out JPEG artefacts instead of noise."""
        picker = self.form.editors["model"]
        entry = picker.entry() if isinstance(picker, ModelPicker) else None
        return entry is not None and entry.card.task == "jpeg"


TAB = Tab("Denoise", "pictures", 1, "denoise", "Take the noise out of photos", DenoiseTab)

"""Take the noise out of photos and folders."""

from typing import Any

from PySide6.QtCore import QSize

from engine.specs import Denoise, Upscale
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

    def result_size(self, task: Denoise | Upscale, size: QSize) -> QSize:  # noqa: ARG002
        """As large as it was."""
        return size

    def after_words(self, task: Denoise | Upscale, facts: dict[str, Any]) -> str:
        """For example "After · denoise 25"."""
        level = task.strength if isinstance(task, Denoise) else None
        level = facts.get("sigma") if level is None else level
        return "After · denoise" if level is None else f"After · denoise {level:.0f}"

    def facts_words(self, facts: dict[str, Any]) -> list[str]:
        """The noise level; where it is left to the program, the slider shows it as well."""
        sigma = facts.get("sigma")
        if sigma is None:
            return []
        editor = self.form.editors["strength"]
        if isinstance(editor, Auto):
            editor.suggest(float(sigma))
        return [f"noise about {sigma:.0f}"]


TAB = Tab("Denoise", "pictures", 1, "denoise", "Take the noise out of photos", DenoiseTab)

"""The dialog before a walk becomes a file: what kind, how long, how fast, how large."""

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QVBoxLayout,
    QWidget,
)

from engine.knobs import Knob
from engine.specs import Walk
from gui.editors import Choice
from gui.form import Form
from gui.widgets.labels import quiet, title

KINDS = (
    ("mp4", "Film (MP4)"),
    ("gif", "GIF"),
    ("png", "Numbered PNGs in a folder"),
)
SIZE = 512  # px, where it is not as generated


class WalkExport(QDialog):
    """`ask` gives the walk with its target, or None."""

    def __init__(self, parent: QWidget, walk: Walk) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export the walk")
        self.setMinimumWidth(380)
        self._walk = walk
        self.kind = Choice(Knob("Kind", "What is written.", choices=KINDS))
        self.form: Form[Walk] = Form(Walk, own={"target": None})
        self.form.set_values({"edge": SIZE})
        self.form.set_spec(walk)
        self.length = quiet()
        buttons = QDialogButtonBox()
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.go = buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "main")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 20)
        rows.setSpacing(14)
        for widget in (title("Export the walk"), self.kind, self.form, self.length, buttons):
            rows.addWidget(widget)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.form.changed.connect(self._tell)
        self._tell()

    def walk(self) -> Walk:
        """As the form stands, without a target."""
        return self.form.spec(keys=self._walk.keys, target=None, device=self._walk.device)

    def ask(self, folder: str) -> Walk | None:
        """Show it, then ask where to."""
        if self.exec() != QDialog.DialogCode.Accepted:
            return None
        target = self._target(folder)
        if target is None:
            return None
        return self.form.spec(keys=self._walk.keys, target=target, device=self._walk.device)

    def _target(self, folder: str) -> Path | None:
        kind = str(self.kind.value())
        if kind == "png":
            name = QFileDialog.getExistingDirectory(self, "A folder for the pictures", folder)
            return Path(name) if name else None
        start = str(Path(folder) / f"walk.{kind}")
        name, _ = QFileDialog.getSaveFileName(self, "Export the walk", start, f"*.{kind}")
        return Path(name).with_suffix(f".{kind}") if name else None

    def _tell(self) -> None:
        walk = self.walk()
        legs = len(walk.keys) - (0 if walk.loop else 1)
        frames = legs * walk.frames + (0 if walk.loop else 1)
        self.length.setText(f"{frames:,} frames, {frames / walk.rate:.1f} s")

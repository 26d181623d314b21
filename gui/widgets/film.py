"""The film strip with what can be done about its pictures."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.widgets.film_strip import FilmStrip, Row
from gui.widgets.labels import quiet

SIDE = 190  # px for the words and buttons on the right


class Film(QWidget):
    """Queue and summary."""

    retry = Signal()
    open_target = Signal()
    copy_failures = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("film")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip = FilmStrip()
        self.words = quiet()
        self.reason = QLabel()
        self.reason.setProperty("role", "quiet")
        self.reason.setWordWrap(True)
        self.buttons = {
            "retry": _button("Retry what failed"),
            "copy": _button("Copy the list of failures"),
            "open": _button("Open the folder with the results"),
        }
        self.buttons["retry"].clicked.connect(self.retry)
        self.buttons["copy"].clicked.connect(self.copy_failures)
        self.buttons["open"].clicked.connect(self.open_target)
        tools = QHBoxLayout()
        tools.setSpacing(6)
        for button in self.buttons.values():
            tools.addWidget(button)
        tools.addStretch()
        side = QVBoxLayout()
        side.setContentsMargins(0, 8, 0, 8)
        side.setSpacing(6)
        side.addWidget(self.words)
        side.addWidget(self.reason)
        side.addStretch()
        side.addLayout(tools)
        holder = QWidget()
        holder.setLayout(side)
        holder.setFixedWidth(SIDE)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.setSpacing(14)
        row.addWidget(self.strip, 1)
        row.addWidget(holder)

    def set_rows(self, rows: list[Row]) -> None:
        """Another queue."""
        self.strip.queue.set_rows(rows)
        self.tell()

    def tell(self, current: Path | None = None) -> None:
        """Say how many are in which state, and why the current one is in its."""
        queue = self.strip.queue
        total = len(queue.rows)
        parts = [f"{total} photos" if total != 1 else "1 photo"]
        counts = {state: queue.count(state) for state in ("done", "skipped", "failed")}
        parts += [f"{number} {state}" for state, number in counts.items() if number]
        self.words.setText(" · ".join(parts))
        row = queue.row(current) if current else None
        reason = row.reason if row else ""
        self.reason.setText(reason if len(reason) < 90 else reason[:88] + "…")
        self.reason.setToolTip(reason)
        self.buttons["retry"].setVisible(bool(counts["failed"]))
        self.buttons["copy"].setVisible(bool(counts["failed"]))
        self.buttons["open"].setVisible(bool(counts["done"]))

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""
        names = {"retry": "retry", "copy": "copy", "open": "open"}
        for key, button in self.buttons.items():
            button.setIcon(icon(names[key], colour))


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button

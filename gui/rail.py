"""The rail on the left: the program's name, the tabs by group, the settings, the device."""

import os

import psutil
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.tabs import Tab
from gui.widgets.labels import Elided

WIDTH = 172
EVERY_MS = 3000


class Rail(QWidget):
    """Says which tab was chosen."""

    chosen = Signal(int)

    def __init__(self, tabs: list[Tab]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._tabs = tabs
        self.buttons = QButtonGroup(self)
        self.buttons.setExclusive(True)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(12, 18, 12, 14)
        self.rows.setSpacing(2)
        logo = QLabel("●  Safelight")
        logo.setProperty("role", "logo")
        logo.setContentsMargins(9, 0, 0, 10)
        self.rows.addWidget(logo)
        self._add_tabs()
        self.rows.addStretch()
        self.settings = QPushButton("Settings")
        self.settings.setProperty("role", "tab")
        self.settings.setToolTip("Theme, device, models folder, about")
        self.rows.addWidget(self.settings)
        self.device, self.memory = Elided(), Elided()
        for label in (self.device, self.memory):
            label.setProperty("role", "quiet")
            label.setContentsMargins(13, 2, 0, 0)
            self.rows.addWidget(label)
        self.set_device("auto")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._measure)
        self._timer.start(EVERY_MS)
        self._measure()

    def _add_tabs(self) -> None:
        group = self._tabs[0].group if self._tabs else ""
        for number, tab in enumerate(self._tabs):
            if tab.group != group:
                self.rows.addSpacing(12)
                group = tab.group
            button = QPushButton(tab.name)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setIconSize(QSize(18, 18))
            key = QKeySequence(f"Ctrl+{number + 1}").toString()
            button.setToolTip(f"{tab.tip} ({key})")
            self.buttons.addButton(button, number)
            self.rows.addWidget(button)
        self.buttons.idClicked.connect(self.chosen)

    def mark(self, number: int) -> None:
        """Show which tab one is at."""
        self.buttons.button(number).setChecked(True)

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""
        for number, tab in enumerate(self._tabs):
            self.buttons.button(number).setIcon(icon(tab.icon, colour))
        self.settings.setIcon(icon("settings", colour))
        self.settings.setIconSize(QSize(18, 18))

    def set_device(self, name: str) -> None:
        """What does the work."""
        cores = os.cpu_count() or 1
        words = {"auto": f"CPU · {cores} cores", "cpu": f"CPU · {cores} cores"}
        self.device.setText(words.get(name, name))

    def _measure(self) -> None:
        memory = psutil.virtual_memory()
        used, total = (memory.total - memory.available) / 1e9, memory.total / 1e9
        self.memory.setText(f"{used:.1f} of {total:.0f} GB used")

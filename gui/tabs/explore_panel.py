"""The right side of the Explore tab: generator, pad, and pages of what else moves a face."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.tabs.generator_picker import GeneratorPicker
from gui.tabs.panel import WIDTH, scrolling
from gui.theme import Theme
from gui.widgets.drift import SPEEDS
from gui.widgets.labels import title
from gui.widgets.latent_pad import LatentPad
from gui.widgets.segments import Pages

INK = 18  # px of an icon


class ExplorePanel(QWidget):
    """What is above stays in sight; a long page scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.picker, self.pad, self.pages = GeneratorPicker(), LatentPad(), Pages()
        self.undo = _tool("Undo (Ctrl+Z)")
        self.redo = _tool("Redo (Ctrl+Y)")
        head = QHBoxLayout()
        head.setSpacing(2)
        name = title("Explore")
        head.addWidget(name, 1)
        head.addWidget(self.undo)
        head.addWidget(self.redo)
        top = QVBoxLayout()
        top.setContentsMargins(20, 18, 20, 0)
        top.setSpacing(10)
        top.addLayout(head)
        top.addWidget(self.picker)
        top.addWidget(self.pad)
        self.buttons = QWidget()
        self.buttons.setLayout(self._pad_buttons())
        top.addWidget(self.buttons)
        for part in (name, self.picker, self.buttons):  # only the pad grows with the window
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        box.addLayout(top, 1)
        self.pages.segments.setContentsMargins(20, 0, 20, 0)
        box.addWidget(self.pages, 1)

    def _pad_buttons(self) -> QHBoxLayout:
        self.snap = QPushButton("Snap")
        self.snap.setToolTip("To the nearest face of the pad (S)")
        self.drift = QToolButton()
        self.drift.setText("Drift")
        self.drift.setToolTip("Walk on by itself (D); how fast is behind the arrow")
        self.drift.setCheckable(True)
        self.drift.setProperty("role", "toggle")
        self.drift.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.drift.setMenu(self._speeds())
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Back to the first face, nothing changed (Home)")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.snap, self.drift, self.reset):
            row.addWidget(button, 1)
        return row

    def _speeds(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for words, speed in SPEEDS:
            action = QAction(words, menu)
            action.setCheckable(True)
            action.setChecked(speed == self.pad.drift.speed)
            action.setData(speed)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._set_speed)
        return menu

    def _set_speed(self, action: QAction) -> None:
        self.pad.drift.speed = float(action.data())
        self.pad.drift.start()

    def add_page(self, name: str, tip: str, page: QWidget) -> QScrollArea:
        """One more page."""
        area = scrolling(page)
        self.pages.add(name, tip, area)
        return area

    def recolour(self, theme: Theme) -> None:
        """The theme's."""
        colour = theme.colour
        self.pad.set_colours(colour("canvas"), colour("line"), colour("quiet"), colour("accent"))
        for button, name in ((self.undo, "undo"), (self.redo, "redo")):
            button.setIcon(icon(name, theme.tokens.text))
            button.setIconSize(QSize(INK, INK))


def _tool(tip: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("role", "flat")
    button.setToolTip(tip)
    button.setAccessibleName(tip.split(" (")[0])
    return button

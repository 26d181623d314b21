"""What an empty tab shows: where to drop, what to press, a sample to try."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QStyleOption,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.widgets.labels import quiet


class Invite(QWidget):
    """An invitation; the whole tab takes what is dropped, this only says so."""

    open_files = Signal()
    open_folder = Signal()
    sample = Signal()

    def __init__(
        self, sentence: str, *, sample: bool, heading: str = "Drop photos or a folder here"
    ) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self._over = False
        self._line, self._accent = QColor(), QColor()
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.heading = words = QLabel(heading)
        words.setProperty("role", "invite")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setWordWrap(True)
        self.about = about = quiet(sentence)
        about.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(56, 40, 56, 40)
        box.setSpacing(14)
        box.addStretch()
        for widget in (self.picture, words, about):
            box.addWidget(widget)
        box.addSpacing(6)
        box.addLayout(self._buttons(sample=sample))
        box.addStretch()

    def _buttons(self, *, sample: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch()
        files, folder = QPushButton("Open photos…"), QPushButton("Open folder…")
        files.setToolTip("Choose photos (Ctrl+O), or paste one (Ctrl+V)")
        folder.setToolTip("Choose a folder (Ctrl+Shift+O)")
        files.clicked.connect(self.open_files)
        folder.clicked.connect(self.open_folder)
        row.addWidget(files)
        row.addWidget(folder)
        if sample:
            self.try_sample = QPushButton("Try the sample picture")
            self.try_sample.setProperty("role", "main")
            self.try_sample.clicked.connect(self.sample)
            row.addWidget(self.try_sample)
        row.addStretch()
        return row

    def set_colours(self, line: QColor, accent: QColor, ink: str) -> None:
        """The theme's."""
        self._line, self._accent = QColor(line), accent
        self._line.setAlpha(120)
        self.picture.setPixmap(icon("drop", ink).pixmap(QSize(64, 64), self.devicePixelRatioF()))
        self.update()

    def set_over(self, over: bool) -> None:
        """Something is held over the tab and could be dropped."""
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and a dashed frame."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._accent if self._over else self._line, 2 if self._over else 1.5)
        pen.setDashPattern([6, 5])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(24.5, 24.5, -24.5, -24.5), 10, 10)

"""The drawing of before and after: a slider, two panes, or the original; at any zoom."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

from gui.paint import Picture
from gui.widgets import compare_ink as ink
from gui.widgets.layer import Layer
from gui.widgets.viewport import Viewport
from gui.widgets.zoom_bar import CompareBar, ZoomBar

GAP = 6.0  # px between the panes side by side
BAR_SPACE = 10


class CompareView(QWidget):
    """Shows `before` and `after` in the same place.

    `after` is a whole picture, or a patch: a region of the source that was worked on, the rest
    drawn as before; or both, the patch being what is seen closer. Boxes and regions are in px of
    the source picture.
    """

    view_changed = Signal()  # zoomed, panned, resized: once per change

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAccessibleName("Picture, before and after")
        self.setMinimumSize(240, 180)
        self.viewport = Viewport()
        self.split = 0.5  # of the pane's width
        self.labels = ("Before", "After")
        self._before, self._after, self._patch = Layer(), Layer(), Layer()
        self._closer = Layer()  # a patch of what is before
        self._box, self._closer_box = QRectF(), QRectF()
        self._source = QSizeF(1, 1)
        self._region: QRectF | None = None
        self._side = False
        self._original = False
        self._busy = False
        self._message = ""
        self._build_bars()

    def _build_bars(self) -> None:
        self.zoom_bar, self.compare_bar = ZoomBar(), CompareBar()
        for bar in (self.zoom_bar, self.compare_bar):
            bar.setParent(self)
        self.zoom_bar.fit.connect(self.fit)
        self.zoom_bar.zoom.connect(self.zoom_to)
        self.zoom_bar.step.connect(self.zoom_step)
        self.compare_bar.side_by_side.connect(self.set_side_by_side)
        self.compare_bar.original.connect(self.hold_original)

    # -- what to show ---------------------------------------------------------------------------

    def open(self, picture: Picture, source: QSize, result: QSize | None = None) -> None:
        """Show a new picture of size `source`, of which `picture` may be a smaller copy."""
        self._source = QSizeF(source)
        self._before.set_picture(picture)
        self._after.set_picture(None)
        self.set_patch(None, QRect())
        self.set_before_patch(None, QRect())
        self.viewport.picture = QSizeF(result or source)
        self.viewport.fit()
        self._changed()

    def clear(self) -> None:
        """Show nothing."""
        for layer in (self._before, self._after, self._patch, self._closer):
            layer.set_picture(None)
        self.set_region(None)

    def set_message(self, text: str) -> None:
        """Words in the middle, about what cannot be shown; "" takes them away."""
        self._message = text
        self.update()

    def refine(self, picture: Picture) -> None:
        """The same picture in more detail."""
        self._before.set_picture(picture)
        self.update()

    def set_result_size(self, size: QSize) -> None:
        """How large the result will be: what 100 % means."""
        if QSizeF(size) != self.viewport.picture:
            self.viewport.set_picture(QSizeF(size))
            self._changed()

    def set_after(self, picture: Picture | None) -> None:
        """The whole result, or None."""
        self._after.set_picture(picture)
        self.update()

    def set_patch(self, picture: Picture | None, box: QRect) -> None:
        """The result of one region of the source, or None."""
        self._patch.set_picture(picture)
        self._box = QRectF(box)
        self.update()

    def set_before_patch(self, picture: Picture | None, box: QRect) -> None:
        """One region of what is before in more detail, or None."""
        self._closer.set_picture(picture)
        self._closer_box = QRectF(box)
        self.update()

    def set_region(self, region: QRect | None, *, busy: bool = False) -> None:
        """The frame of the preview region; `busy` while it is being computed."""
        self._region = QRectF(region) if region is not None else None
        self._busy = busy
        self.update()

    def set_labels(self, before: str, after: str) -> None:
        """The words on the two halves."""
        self.labels = (before, after)
        self.update()

    @property
    def has_after(self) -> bool:
        """Whether there is a whole result to show."""
        return self._after.picture is not None

    @property
    def after_image(self) -> QImage | None:
        """The copy of the whole result that is shown."""
        return self._after.picture.levels[0] if self._after.picture else None

    @property
    def before_width(self) -> int:
        """Px of the copy that is shown as before; 0 without one."""
        return self._before.picture.size.width() if self._before.picture else 0

    @property
    def after_width(self) -> int:
        """Px of the copy of the result; 0 without one."""
        return self._after.picture.size.width() if self._after.picture else 0

    # -- how to show it -------------------------------------------------------------------------

    def set_side_by_side(self, side: bool) -> None:
        """Two panes instead of a slider."""
        self._side = side
        self._measure()

    def hold_original(self, held: bool) -> None:
        """Show the original only, for as long as something is held."""
        self._original = held
        self.update()

    def fit(self) -> None:
        """Show all of the picture."""
        self.viewport.fit()
        self._changed()

    def zoom_to(self, zoom: float) -> None:
        """Device px a picture px."""
        self.viewport.zoom_to(zoom)
        self._changed()

    def zoom_step(self, steps: int, about: QPointF | None = None) -> None:
        """Larger (+1) or smaller (-1) by a quarter."""
        self.viewport.zoom_to(self.viewport.zoom * 1.25**steps, about)
        self._changed()

    def visible(self) -> QRectF:
        """What is seen of the source, in its px."""
        seen, scale = self.viewport.visible(), self._source.width() / self.viewport.picture.width()
        return QRectF(seen.topLeft() * scale, seen.size() * scale)

    def split_x(self) -> float:
        """Where the slider's line is, in logical px, on a device pixel."""
        shown = self.viewport.target().intersected(QRectF(self._pane(0)))
        dpr = self.viewport.dpr
        return round((shown.left() + self.split * shown.width()) * dpr) / dpr

    # -- drawing --------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, its halves, the slider and the words on it."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        if self._before.picture is not None:
            (self._paint_side_by_side if self._side else self._paint_slider)(painter)
        if self._message:
            ink.message(painter, QRectF(self.rect()), self._message)

    def _paint_slider(self, painter: QPainter) -> None:
        pane, x = self._pane(0), self.split_x()
        compared = self._compared
        self._paint_before(painter, QRectF(pane))
        if compared:
            right = QRectF(x, 0, pane.width() - x, pane.height())
            self._paint_after(painter, right)
        self._paint_region(painter)
        shown = self.viewport.target().intersected(QRectF(pane))
        ink.chip(painter, shown, self.labels[0])
        if compared:
            ink.chip(painter, shown, self.labels[1], right=True)
            ink.slider(painter, shown, x)

    def _paint_side_by_side(self, painter: QPainter) -> None:
        shown = self.viewport.target().intersected(QRectF(self._pane(0)))
        self._paint_before(painter, QRectF(self._pane(0)))
        self._paint_region(painter)
        ink.chip(painter, shown, self.labels[0])
        painter.translate(QPointF(self._pane(1).topLeft()))
        paint = self._paint_after if self._compared else self._paint_before
        paint(painter, QRectF(self._pane(0)))
        self._paint_region(painter)
        ink.chip(painter, shown, self.labels[1] if self._compared else self.labels[0])
        painter.resetTransform()

    def _paint_before(self, painter: QPainter, clip: QRectF) -> None:
        painter.save()
        painter.setClipRect(clip)
        self._before.draw(painter, self.viewport.target(), self.viewport.dpr)
        self._closer.draw(painter, self._to_pane(self._closer_box), self.viewport.dpr)
        painter.restore()

    def _paint_after(self, painter: QPainter, clip: QRectF) -> None:
        painter.save()
        painter.setClipRect(clip)
        whole = self._after if self._after.picture is not None else self._before
        whole.draw(painter, self.viewport.target(), self.viewport.dpr)
        self._patch.draw(painter, self._to_pane(self._box), self.viewport.dpr)
        painter.restore()

    def _paint_region(self, painter: QPainter) -> None:
        if self._region is not None and not self.has_after and not self._original:
            ink.region(painter, self._to_pane(self._region), self._tag())

    def _tag(self) -> str:
        return "Preview …" if self._busy else "Preview"

    @property
    def _compared(self) -> bool:
        something = self._after.picture is not None or self._patch.picture is not None
        return something and not self._original

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted and the bars in their corners."""
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Another screen may have other pixels."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()

    # -- inside ---------------------------------------------------------------------------------

    def _measure(self) -> None:
        self.viewport.set_pane(QSizeF(self._pane(0).size()), self.devicePixelRatioF())
        bottom = self.height() - BAR_SPACE
        for bar in (self.zoom_bar, self.compare_bar):
            bar.adjustSize()
        self.zoom_bar.move(
            self.width() - self.zoom_bar.width() - BAR_SPACE, bottom - self.zoom_bar.height()
        )
        self.compare_bar.move(BAR_SPACE, bottom - self.compare_bar.height())
        self._changed()

    def _changed(self) -> None:
        self.update()
        self.view_changed.emit()

    def _pane(self, which: int) -> QRect:
        if not self._side:
            return self.rect()
        width = int((self.width() - GAP) / 2)
        return QRect(which * (self.width() - width), 0, width, self.height())

    def _in_pane(self, spot: QPointF) -> QPointF:
        second = self._side and spot.x() > self.width() / 2
        return spot - QPointF(self._pane(1).topLeft()) if second else spot

    def _to_pane(self, box: QRectF) -> QRectF:
        scale = self.viewport.picture.width() / self._source.width()
        tall = self.viewport.picture.height() / self._source.height()
        return self.viewport.to_pane(
            QRectF(box.x() * scale, box.y() * tall, box.width() * scale, box.height() * tall)
        )

"""Which tool is in hand on the picture, by the step one has chosen; what it does to the step."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engine import catalogue
from engine.specs import (
    ColourStep,
    CropStep,
    FillStep,
    OldPhotoStep,
    PictureStep,
    ScratchesStep,
)
from gui.tabs import Desk
from gui.tabs.restore_files import MaskFiles
from gui.tabs.restore_packer import Packer
from gui.tabs.restore_pins import Box, Pins, bare
from gui.tabs.restore_proposal import Proposal
from gui.tabs.restore_tools import CROP, DotTools, MaskTools, MissingTools, ScratchTools, Tools
from gui.tabs.steps_panel import StepsPanel
from gui.widgets.crop_hand import CropHand
from gui.widgets.dots_hand import DotsHand
from gui.widgets.easel import Easel
from gui.widgets.mask import MaskSheet
from gui.widgets.mask_hand import MaskHand
from gui.widgets.mask_png import packed
from gui.widgets.swatches import colours_of

BRUSH = 40  # a brush is at first the picture's long side divided by this
MORE = 1000  # and a mask grows by the long side divided by this
LESSONS = {  # steps that can do nothing without a model: what it is for, its learner
    ScratchesStep: ("scratches", "Scratches"),
    OldPhotoStep: ("old photos", "Old photos"),
    ColourStep: ("colour", "Colour"),
}


class Hands(QObject):
    """Between the picture, the panel with the steps, and what was painted on each picture."""

    worked = Signal()  # something was painted: the result is another

    def __init__(self, easel: Easel, panel: StepsPanel, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._easel, self._panel, self._desk = easel, panel, desk
        self.pins, self.files = Pins(), MaskFiles(parent, desk)
        self.path: Path | None = None
        self._size = QSize(0, 0)  # of the picture
        self._seen = QSize(0, 0)  # the same, turned and cropped by steps before
        self.mask, self.dots, self.crop = MaskHand(), DotsHand(), CropHand()
        self.mask_tools, self.dot_tools = MaskTools(), DotTools()
        self.scratch_tools, self.crop_tools = ScratchTools(), Tools(CROP)
        self.missing = MissingTools()
        self.tools: Tools | None = None  # those in the panel
        self.packer = Packer(self)
        self.proposal = Proposal(self, desk, self.scratch_tools)
        for tools in self._all_tools():
            tools.setParent(parent)
            tools.hide()
        self._connect()

    def _all_tools(self) -> tuple[Tools, ...]:
        return self.mask_tools, self.dot_tools, self.scratch_tools, self.crop_tools, self.missing

    def _connect(self) -> None:
        drawing, mask, dots = self.mask_tools.drawing, self.mask, self.dots
        drawing.changed.connect(lambda: mask.set_tool(drawing.tool))
        drawing.undo.connect(mask.undo)
        drawing.redo.connect(mask.redo)
        drawing.clear.connect(lambda: mask.tell(mask.sheet.clear()))
        mask.width_changed.connect(drawing.set_width)
        mask.settled.connect(self._mask_settled)
        self.packer.ready.connect(self._packed)
        tools = self.mask_tools
        tools.invert.connect(lambda: mask.tell(mask.sheet.invert()))
        tools.grow.connect(lambda: mask.tell(mask.sheet.grow(self._more())))
        tools.shrink.connect(lambda: mask.tell(mask.sheet.grow(-self._more())))
        tools.feather.connect(lambda: mask.tell(mask.sheet.feather(3 * self._more())))
        tools.load.connect(lambda: self.files.ask_load(self.load_mask, self.path))
        tools.save.connect(lambda: self.files.ask_save(self.save_mask, self.path))
        self.dot_tools.colour_chosen.connect(dots.set_colour)
        self.dot_tools.undo.connect(dots.undo)
        self.dot_tools.redo.connect(dots.redo)
        self.dot_tools.clear.connect(dots.clear)
        dots.chosen.connect(self.dot_tools.show_colour)
        dots.changed.connect(self._dots_changed)
        dots.set_colour(self.dot_tools.colour)
        self.crop.changed.connect(lambda box: self._cropped(box, note=False))
        self.crop.settled.connect(lambda box: self._cropped(box, note=True))
        for eye in (tools.eye, self.scratch_tools.eye):
            eye.toggled.connect(self._outline)
        self.scratch_tools.edit.connect(self.proposal.fetch)
        self.proposal.found.connect(self._edit_found)
        self.missing.train.connect(lambda: self._desk.send("Train", []))

    def set_ink(self, colour: str) -> None:
        """Icons in the text's colour."""
        for tools in self._all_tools():
            tools.set_ink(colour)

    # -- which picture, which step --------------------------------------------------------------

    def turn_to(self, path: Path | None) -> None:
        """Another picture: its own masks and dots are in the steps."""
        self.mask.cancel()
        self.pack()
        self.path, self._size, self._seen = path, QSize(0, 0), QSize(0, 0)
        for at, (key, step) in enumerate(zip(self._panel.keys(), self._panel.steps(), strict=True)):
            own = self.pins.onto(path, key, step) if path else bare(step)
            if own != step:
                self._panel.replace_step(at, own)
        self.choose()

    def added(self, at: int) -> None:
        """One more step: what it holds is of the picture at hand."""
        if self.path is not None:
            self.pins.note(self.path, self._panel.keys()[at], self._panel.steps()[at])

    def replaced(self) -> None:
        """The steps came from elsewhere: what they hold is of the picture at hand."""
        if self.path is not None:
            for key, step in zip(self._panel.keys(), self._panel.steps(), strict=True):
                self.pins.note(self.path, key, step)
                self.pins.bring(key, step)

    def carry_over(self) -> None:
        """What came with the steps of a result is wanted on the original that is opened next."""
        if self.path is None or self._size.isEmpty():
            return
        for at, key in enumerate(self._panel.keys()):
            step = self.pins.brought(self.path, key, self._size)
            if step is not None:
                self.pins.note(self.path, key, step)
                now = self._panel.steps()[at]
                self._panel.replace_step(at, self.pins.onto(self.path, key, now))
                self.choose()

    def sized(self, size: QSize, seen: QSize) -> None:
        """The picture's size is known; `seen`: as it is shown."""
        if (size, seen) != (self._size, self._seen):
            first = size != self._size
            self._size, self._seen = QSize(size), QSize(seen)
            if first and not size.isEmpty():
                self.mask_tools.drawing.set_width(max(size.width(), size.height()) / BRUSH)
            self.choose()

    def show_result(self, image: QImage | None) -> None:
        """What the steps make of it is seen: the mask steps aside, and colours can be picked."""
        self.mask.show_done(image is not None)
        if image is not None and self._easel.hand is self.dots:
            self.dot_tools.set_own(colours_of(image))

    @property
    def step(self) -> PictureStep | None:
        """The chosen one, where it is on."""
        at, steps = self._panel.chosen(), self._panel.steps()
        return steps[at] if 0 <= at < len(steps) and steps[at].on else None

    def choose(self, *, compared: bool = False) -> None:
        """Take the tool of the chosen step in hand, and show its tools in the panel."""
        step, there = self.step, self.path is not None and not self._size.isEmpty()
        tools: Tools | None = None
        hand = None
        lesson = LESSONS.get(type(step))
        if step is not None and lesson and not catalogue.entries(step.task):
            self.missing.tell(*lesson)
            tools = self.missing
        else:
            tools, hand = self._tools_for(step, there)
        if not isinstance(step, ScratchesStep) or tools is self.missing:
            self.proposal.forget()
        self._easel.take(None if compared else hand)
        self.tools = tools
        self._panel.set_tools(tools)

    def tell(self, words: str) -> None:
        """What the engine had to say about the result, beside the tools."""
        if self.tools in (self.mask_tools, self.dot_tools) and self.tools is not None:
            self.tools.say(words)

    def _tools_for(self, step: PictureStep | None, there: bool) -> tuple[Tools | None, Any]:
        match step:
            case FillStep():
                if there:
                    self._use_sheet(step)
                return self.mask_tools, self.mask if there else None
            case ColourStep():
                self.dots.set_dots(step.hints)
                self._show_dots()
                return self.dot_tools, self.dots if there else None
            case ScratchesStep():
                if there and self.path is not None:
                    before = self._panel.steps()[: self._panel.chosen()]
                    self.proposal.look(self.path, self._size, step, before)
                return self.scratch_tools, self.proposal.hand if there else None
            case CropStep():
                self._show_crop(step)
                return self.crop_tools, self.crop if there else None
            case _:
                return None, None

    def follow_steps(self) -> None:
        """The steps changed: the tool in hand shows what they now say."""
        step = self.step
        if isinstance(step, CropStep) and self._easel.hand is self.crop:
            self._show_crop(step)
        elif isinstance(step, ScratchesStep) or (step is None) != (self._easel.hand is None):
            self.choose()

    def undo(self) -> bool:
        """Ctrl+Z: of the tool in hand, where it has something to take back."""
        return self._back(forth=False)

    def redo(self) -> bool:
        """Ctrl+Y, likewise."""
        return self._back(forth=True)

    def _back(self, *, forth: bool) -> bool:
        history = self.mask.sheet.history
        if self._easel.hand is self.mask:
            may = history.can_redo if forth else history.can_undo
            do: Callable[[], None] = self.mask.redo if forth else self.mask.undo
        elif self._easel.hand is self.dots:
            may = self.dots.may_redo if forth else self.dots.may_undo
            do = self.dots.redo if forth else self.dots.undo
        else:
            return False
        if may:
            do()
        return may

    def turn_outline(self) -> None:
        """Outline what is masked, or not any more."""
        self.mask_tools.eye.toggle()

    def _outline(self, shown: bool) -> None:
        for eye in (self.mask_tools.eye, self.scratch_tools.eye):
            eye.setChecked(shown)
        for hand in (self.mask, self.proposal.hand):
            hand.outline(shown)

    # -- masks ----------------------------------------------------------------------------------

    def _key(self) -> int:
        return self._panel.keys()[self._panel.chosen()]

    def _use_sheet(self, step: FillStep) -> None:
        assert self.path is not None
        sheet = self.pins.sheet(self.path, self._key(), self._size)
        if sheet is not self.mask.sheet:
            self.mask.use(sheet)
        self.mask_tools.say("")
        if step.mask is not None and sheet.blank and not sheet.history.can_undo:
            self._begin_with(step.mask, sheet)
        self._show_mask()

    def _begin_with(self, mask: Path, sheet: MaskSheet) -> None:
        """A recipe names a file, or a folder of masks: what it has for this picture is shown."""
        assert self.path is not None
        image, words = self.files.named(mask, self.path, sheet.image.size())
        if image is not None:
            sheet.start(image, QPoint(0, 0))
            self.mask.show_done(False)
        else:
            self.mask_tools.say(words, bad=True)

    def _mask_settled(self) -> None:
        if not isinstance(self.step, FillStep) or self.path is None:
            return
        self.mask_tools.say("")
        self._show_mask()
        self.packer.offer(self.path, self._key(), self.mask.sheet)

    def pack(self) -> None:
        """What was painted last is in its step now, if it was not yet."""
        self.packer.finish()

    def _packed(self, path: Path, key: int, png: bytes, box: Box | None) -> None:
        known = self._panel.keys()
        if key not in known:
            return
        at = known.index(key)
        step = self._panel.steps()[at]
        assert isinstance(step, FillStep)
        size = self.mask.sheet.image.size()
        full = (size.width(), size.height()) if png else None
        changed = replace(step, png=png, box=box, full=full, mask=None)
        self.pins.note(path, key, changed)
        self._panel.replace_step(at, changed)
        self.worked.emit()

    def _show_mask(self) -> None:
        sheet = self.mask.sheet
        history = sheet.history
        self.mask_tools.show_mask(blank=sheet.blank, undo=history.can_undo, redo=history.can_redo)

    def _more(self) -> int:
        return max(1, round(max(self._size.width(), self._size.height()) / MORE))

    def load_mask(self, path: Path) -> None:
        """Take that picture as the mask; it can be undone. What does not fit is said in place."""
        image, words = self.files.read(path, self.mask.sheet.image.size())
        if image is not None:
            self.mask.tell(self.mask.sheet.lay(image))
            words = "" if not self.mask.sheet.blank else f"{path.name} is empty: nothing is white."
        if words:
            self.mask_tools.say(words, bad=True)

    def save_mask(self, path: Path) -> None:
        """Write the mask, as large as the picture."""
        self.files.write(path, self.mask.sheet)

    # -- dots, crop, scratches ------------------------------------------------------------------

    def _dots_changed(self) -> None:
        step = self.step
        if isinstance(step, ColourStep) and self.path is not None:
            dots = tuple(self.dots.dots)
            full = (self._size.width(), self._size.height()) if dots else None
            changed = replace(step, hints=dots, full=full)
            self.pins.note(self.path, self._key(), changed)
            self._show_dots()
            self._panel.replace_step(self._panel.chosen(), changed)
            self.worked.emit()

    def _show_dots(self) -> None:
        dots = self.dots
        self.dot_tools.show_dots(count=len(dots.dots), undo=dots.may_undo, redo=dots.may_redo)

    def _show_crop(self, step: CropStep) -> None:
        wide, high = self._seen.width() / 100, self._seen.height() / 100
        box = QRectF(step.left * wide, step.top * high, step.width * wide, step.height * high)
        self.crop.set_box(box.intersected(QRectF(0, 0, 100 * wide, 100 * high)), QSizeF(self._seen))

    def _cropped(self, box: QRectF, *, note: bool) -> None:
        step = self.step
        if isinstance(step, CropStep) and not self._seen.isEmpty():
            wide, high = self._seen.width() / 100, self._seen.height() / 100
            changed = replace(
                step,
                left=min(99.99, round(box.left() / wide, 2)),
                top=min(99.99, round(box.top() / high, 2)),
                width=max(0.01, round(box.width() / wide, 2)),
                height=max(0.01, round(box.height() / high, 2)),
            )
            self._panel.replace_step(self._panel.chosen(), changed, note=note)

    def _edit_found(self) -> None:
        """The mask that was found becomes a step that fills it in, to be painted on."""
        at, step, sheet = self._panel.chosen(), self.step, self.proposal.hand.sheet
        if isinstance(step, ScratchesStep) and not sheet.blank and self.path is not None:
            png, box = packed(sheet)
            full = (self._size.width(), self._size.height())
            fill = FillStep(png=png, box=box, full=full, model=step.fill_model)
            self._panel.replace_step(at, replace(step, on=False), note=True)
            self._panel.insert_step(at + 1, fill)

"""The settings of one step, by the form of its kind; tools on the picture may stand above them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import steps
from engine.job import Failed
from engine.knobs import knobs_of
from engine.specs import (
    ColourStep,
    FillStep,
    PictureStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    Thumbnails,
    TransferStep,
)
from gui.editor import Editor
from gui.form import ADVANCED, Form
from gui.jobs import Ticket
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.steps_editors import StepModel, Turn
from gui.tabs.steps_words import SENTENCES
from gui.tabs.transfer_editors import StylePicture
from gui.theme import Theme
from gui.widgets.labels import line, quiet, section

STYLE_EDGE = 320  # px of the painting in the panel
ELSEWHERE: dict[type[PictureStep], tuple[str, ...]] = {  # set by tools on the picture, or a model
    FillStep: ("mask",),
    TransferStep: ("direction",),
}


class StepSettings(QWidget):
    """Shows one step after the other, and tells every change at once."""

    changed = Signal(object)  # the step with its new values

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._forms: dict[type[PictureStep], Form[Any]] = {}
        self._step: PictureStep | None = None
        self._shown: dict[str, Any] = {}
        self._quiet = False
        self._tools: QWidget | None = None
        self.heading, self.sentence = section(""), quiet()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(12)
        for part in (line(), self.heading, self.sentence):
            self.box.addWidget(part)
        self.hide()

    @property
    def form(self) -> Form[Any] | None:
        """The one that is seen."""
        return None if self._step is None else self._forms.get(type(self._step))

    def show_step(self, step: PictureStep | None) -> None:
        """Its settings; None where no step is chosen."""
        if step == self._step:
            return
        was = self._step
        kind = None if step is None else type(step)
        if step is not None and kind not in self._forms:
            self._make(type(step))
        self._step = step
        for each, form in self._forms.items():
            form.setVisible(each is kind)
        if step is not None:
            self.heading.setText(step.title.upper())
            self.heading.setAccessibleName(step.title)
            self.sentence.setText(SENTENCES[type(step)])
            self.sentence.setHidden(isinstance(step, ColourStep))  # its tools say what to do
            self._show_values(self._forms[type(step)], step, was if type(was) is kind else None)
        self.setVisible(step is not None)

    def set_tools(self, tools: QWidget | None) -> None:
        """What belongs to the chosen step, above its settings; None takes it away."""
        if self._tools is not None and self._tools is not tools:
            self._tools.hide()
            self._tools.setParent(None)
        self._tools = tools
        if tools is not None:
            self.box.insertWidget(3, tools)
            tools.show()

    def recolour(self, theme: Theme) -> None:
        """The theme's."""
        form = self._forms.get(StyleStep)
        painting = form.editors["style"] if form is not None else None
        if isinstance(painting, StylePicture):
            painting.well.set_colours(theme.colour("quiet"), theme.colour("accent"))

    # -- forms ----------------------------------------------------------------------------------

    def _make(self, kind: type[PictureStep]) -> None:
        few = len(steps.models_for(kind)) < 2 if kind.task else False
        own = self._own(kind)
        form = self._forms[kind] = Form(kind, own=own, folded=("model",) if few else ())
        picker = own.get("model")
        if not few and picker is not None:  # what one turns comes first
            form.rows.insertWidget(form.rows.indexOf(form.parts[ADVANCED]), picker)
        form.changed.connect(self._changed)
        self.box.addWidget(form)
        if kind is StyleStep:
            self.recolour(self._desk.theme)

    def _own(self, kind: type[PictureStep]) -> dict[str, Editor | None]:
        own: dict[str, Editor | None] = dict.fromkeys(ELSEWHERE.get(kind, ()))
        for field, about in knobs_of(kind):
            if about.kind == "model":
                filler = kind is ScratchesStep and field.name == "fill_model"
                own[field.name] = StepModel(about, kind, "inpaint" if filler else kind.task)
            elif kind is RotateStep and field.name == "angle":
                own[field.name] = Turn(about)
            elif kind is StyleStep and about.kind == "file":
                painting = own[field.name] = StylePicture(about)
                painting.wanted.connect(self._ask_painting)
        return own

    def _show_values(
        self, form: Form[Any], step: PictureStep, was: PictureStep | None = None
    ) -> None:
        """Values that no editor can show exactly stay as they are until one turns its knob."""
        names = [field.name for field, _ in knobs_of(step)]
        values = {name: getattr(step, name) for name in names}
        if was is not None:
            values = {name: v for name, v in values.items() if v != getattr(was, name)}
        self._quiet = True
        form.set_values(values)
        self._shown = form.values()
        self._quiet = False

    def _changed(self) -> None:
        form = self.form
        if self._quiet or self._step is None or form is None:
            return
        now = form.values()
        turned = {name: value for name, value in now.items() if value != self._shown.get(name)}
        self._shown = now
        if turned:
            self._step = replace(self._step, **turned)
            self.changed.emit(self._step)

    # -- the painting ---------------------------------------------------------------------------

    def _ask_painting(self, path: Path) -> None:
        """Have the painting read by the engine, which knows more formats."""

        def heard(event: Any) -> None:
            form = self._forms[StyleStep]
            painting = form.editors["style"]
            assert isinstance(painting, StylePicture)
            match event:
                case Shown():
                    painting.show_image(path, event.picture.levels[0])
                case Failed():
                    painting.take(None)
                    self._desk.notices.say(event.reason, kind="bad")
                case _:
                    pass

        ticket = Ticket(Thumbnails((path,), STYLE_EDGE), "steps.style")
        ticket.happened.connect(heard)
        self._desk.engine.submit(ticket)

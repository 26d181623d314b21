"""Turn pictures from one domain into another: on photos and folders, or as one draws."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.job import Failed
from engine.knobs import knobs_of
from engine.specs import PictureTask, SampleTransfer, Thumbnails, Transfer
from gui.editor import Editor
from gui.form import ADVANCED
from gui.jobs import Ticket
from gui.paint import Shown
from gui.tabs import Desk, Tab
from gui.tabs.drawing import Drawing
from gui.tabs.picture_tab import SAVE, PictureTab
from gui.tabs.transfer_editors import PairPicker, StylePicture, Way
from gui.tabs.transfer_panel import DrawingPanel, Modes

STYLE_EDGE = 320  # px of the painting in the panel
PAIR_EDGE = 256  # px of each half of an example
NO_MODEL = "No model for this is installed yet. Drop a model file here to import it."
NO_STYLE = "Drop a painting into the panel on the right: its style is laid on the photo."


class TransferTab(PictureTab):
    """A picture tab with a second face: a canvas to draw on, for models that were taught to."""

    kind = Transfer
    name = "Transfer"
    verb = "Transferring"
    sentence = (
        "Safelight lays the style of a painting on photos, turns photos into paintings and back, "
        "drawings into faces and maps into streets. "
        "Your originals are never changed, and nothing leaves this computer."
    )
    sections = {  # noqa: RUF012
        "Model": ("model", "direction"),
        "Style": ("style",),
        "Strength": ("strength",),
        "Save": SAVE,
    }
    whole = True

    def __init__(self, desk: Desk) -> None:
        self.modes = Modes()
        self.drawing_panel = DrawingPanel()
        self.drawing = Drawing(desk, self.drawing_panel.tools)
        self._model: str | None = None
        super().__init__(desk)
        self._model_changed()

    # -- what every picture tab says ------------------------------------------------------------

    def result_size(self, task: PictureTask, size: QSize) -> QSize:  # noqa: ARG002
        """As large as it was."""
        return size

    def after_words(self, task: PictureTask, facts: dict[str, Any]) -> str:  # noqa: ARG002
        """For example "After · painting"."""
        domain = self.picker.domain
        if domain is not None and domain.kind == "style":
            return "After · style"
        return f"After · {domain.target}" if domain and domain.target else "After"

    def facts_words(self, facts: dict[str, Any]) -> list[str]:  # noqa: ARG002
        """Nothing more than name and size."""
        return []

    def lacks(self) -> str:
        """A model, or the painting for one that lays styles."""
        domain = self.picker.domain
        if domain is None:
            return NO_MODEL
        return NO_STYLE if domain.kind == "style" and self.painting.value() is None else ""

    def own_editors(self) -> dict[str, Editor | None]:
        """Models by what they do, the way round, the painting."""
        about = {field.name: knob for field, knob in knobs_of(Transfer)}
        self.picker = PairPicker(about["model"], Transfer.tasks)
        self.way = Way(about["direction"])
        self.painting = StylePicture(about["style"])
        return {"model": self.picker, "direction": self.way, "style": self.painting}

    def settings(self) -> QWidget:
        """The form, and below it the tools for drawing."""
        self.form.sections["Model"].addWidget(self.modes)
        both = QWidget()
        rows = QVBoxLayout(both)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        rows.addWidget(self.form)
        rows.addWidget(self.drawing_panel)
        return both

    # -- two faces ------------------------------------------------------------------------------

    @property
    def draws(self) -> bool:
        """Whether one draws now."""
        return self.modes.draws

    def start(self) -> None:
        """Work on the photos, or save what was drawn."""
        if self.draws:
            self.drawing.save_result()
        else:
            super().start()

    def open_paths(self, paths: list[Path]) -> None:
        """Photos to work on; while one draws, a picture to draw on."""
        if self.draws:
            self.drawing.open(paths[0])
        else:
            super().open_paths(paths)

    def add_paths(self, paths: list[Path]) -> None:
        """As above."""
        if self.draws:
            self.drawing.open(paths[0])
        else:
            super().add_paths(paths)

    def stop(self) -> bool:
        """Esc: give up the stroke one is at."""
        return self.draws and self.drawing.canvas.cancel()

    def _start_one(self) -> None:
        if self.draws:
            self.drawing.save_drawing()
        else:
            super()._start_one()

    def _build(self) -> None:
        super()._build()
        self.middle.addWidget(self.drawing)

    def _connect(self) -> None:
        super()._connect()
        self.way.turned.connect(self.picker.set_value)
        self.picker.wanted.connect(self._ask_pair)
        self.painting.wanted.connect(self._ask_painting)
        self.modes.changed.connect(self._show_mode)
        self.drawing_panel.sample.connect(self.drawing.open_sample)
        self.drawing_panel.below.connect(self.drawing.show_below)
        self.drawing.changed.connect(self._tell)
        remembered = self.painting.value()
        if remembered:
            self._ask_painting(remembered)

    def _recolour(self) -> None:
        super()._recolour()
        theme = self.desk.theme
        self.way.set_ink(theme.tokens.text)
        self.painting.well.set_colours(theme.colour("quiet"), theme.colour("accent"))
        self.drawing_panel.tools.set_ink(theme.tokens.text)

    def _settings_changed(self) -> None:
        if self.picker.value() != self._model:
            self._model_changed()
        super()._settings_changed()

    def _model_changed(self) -> None:
        """Show what this model needs, and nothing that it does not."""
        entry, domain = self.picker.entry(), self.picker.domain
        self._model = self.picker.value()
        ids = {self.picker.box.itemData(at) for at in range(self.picker.box.count())}
        partner = domain.partner if domain and domain.partner in ids else ""
        self.way.show_way(domain, partner)
        self.modes.offer(domain is not None and domain.drawable)
        if entry is not None and domain is not None and domain.drawable:
            self.drawing.use(entry)
        self._show_mode()

    def _show_mode(self) -> None:
        """Photos or drawing: the panel's parts, and what lies in the middle."""
        domain, draws = self.picker.domain, self.draws
        styled = domain is not None and domain.kind == "style"
        for name in ("Strength", "Save", ADVANCED):
            self.form.parts[name].setVisible(not draws)
        self.form.parts["Style"].setVisible(styled and not draws)
        self.way.setVisible(self.way.told and not draws)  # there is one way to draw
        paints = draws and domain is not None and bool(domain.palette)
        self.picker.pair.make_room(room=not paints)
        self.drawing_panel.setVisible(draws)
        self.panel.one.setText("Save drawing…" if draws else "Only this one")
        self.panel.more.setText("Load picture…" if draws else "Add photos…")
        self._show_middle()
        self._tell()

    def _show_middle(self) -> None:
        super()._show_middle()
        if self.draws:
            self.film.hide()
            self.middle.setCurrentWidget(self.drawing)
            self.drawing.canvas.setFocus()

    def _tell(self) -> None:
        super()._tell()
        if self.draws:
            self.panel.file.setText("Draw, and the result follows")
            self.panel.facts.hide()

    def _tell_action(self) -> None:
        if not self.draws:
            super()._tell_action()
            return
        there = self.drawing.result.image is not None
        self.panel.set_action("Save the result…", enabled=there, several=True)
        self.panel.one.setEnabled(not self.drawing.blank)

    # -- examples, and the painting -------------------------------------------------------------

    def _ask_pair(self, model: str) -> None:
        """Have a model without an example tried on a picture of ours."""
        pictures: dict[str, QImage] = {}

        def heard(event: Any) -> None:
            if isinstance(event, Shown):
                pictures[event.name] = event.picture.levels[0]

        def tried() -> None:
            self.picker.show_made(model, (pictures["before"], pictures["after"]))

        ticket = Ticket(SampleTransfer(model, PAIR_EDGE), "transfer.pair", label="Trying the model")
        ticket.happened.connect(heard)
        ticket.finished.connect(lambda _: tried())
        ticket.failed.connect(lambda _: self.picker.show_made(model, None))
        self.desk.engine.submit(ticket)

    def _ask_painting(self, path: Path) -> None:
        """Have the painting read by the engine, which knows more formats."""

        def heard(event: Any) -> None:
            match event:
                case Shown():
                    self.painting.show_image(path, event.picture.levels[0])
                case Failed():
                    self.painting.take(None)
                    self.desk.notices.say(event.reason, kind="bad")
                case _:
                    pass

        ticket = Ticket(Thumbnails((path,), STYLE_EDGE), "transfer.style")
        ticket.happened.connect(heard)
        self.desk.engine.submit(ticket)


TAB = Tab("Transfer", "pictures", 4, "transfer", "Turn photos into paintings and back", TransferTab)

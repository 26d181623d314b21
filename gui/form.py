"""Spec class -> form -> spec: every knob becomes an editor, in the sections one decides in."""

from dataclasses import Field, fields
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.knobs import Knob, knobs_of
from gui.editor import Editor
from gui.editors import editor_for, whole
from gui.numbers import OneOf
from gui.widgets.folding import Folding
from gui.widgets.labels import line, section

S = TypeVar("S")
ADVANCED = "Advanced"
Sections = dict[
    str, tuple[str | tuple[str, ...], ...]
]  # name -> knobs; a tuple: one of them decides


class Form(QWidget, Generic[S]):
    """The settings of one spec class.

    `sections` places knobs by name; what it leaves out comes last, folded away where it is advanced
    or named in `folded`.
    `tasks` are those of the models to choose from, by default the class's own. `own` are editors
    that the caller made; None there leaves a knob out.
    """

    changed = Signal()

    def __init__(
        self,
        kind: type[S],
        sections: Sections | None = None,
        *,
        folded: tuple[str, ...] = (),
        tasks: tuple[str, ...] = (),
        own: dict[str, Editor | None] | None = None,
    ) -> None:
        super().__init__()
        self._kind = kind
        self._tasks = tasks or getattr(kind, "tasks", ())
        self._knobs = {each.name: (each, about) for each, about in knobs_of(kind)}
        self._folded = folded
        self._own = own or {}
        self._kept: dict[str, Any] = {}
        self.editors: dict[str, Editor] = {}
        self._groups: dict[tuple[str, ...], OneOf] = {}
        self.sections: dict[str, QVBoxLayout] = {}
        self.parts: dict[str, QWidget] = {}  # each section with its name, to be shown or hidden
        self._quiet = False
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(14)
        self._build(sections or {})
        self.set_values({each.name: each.default for each in fields(kind)})  # type: ignore[arg-type]

    def spec(self, **given: Any) -> S:
        """The spec as the form stands; `given` are fields no editor asks for."""
        return self._kind(**(self._kept | self.values() | given))

    def set_spec(self, spec: S) -> None:
        """Show a spec, keeping what no editor shows."""
        names = [each.name for each in fields(self._kind)]  # type: ignore[arg-type]
        values = {name: getattr(spec, name) for name in names}
        self._kept = {name: value for name, value in values.items() if name not in self.values()}
        self.set_values(values)

    def values(self) -> dict[str, Any]:
        """What the editors hold."""
        held = {name: editor.value() for name, editor in self.editors.items()}
        for group in self._groups.values():
            held |= group.value()
        return held

    def set_values(self, values: dict[str, Any]) -> None:
        """Show these; unknown names and values that do not fit are passed over."""
        self._quiet = True
        for name, editor in self.editors.items():
            if name in values and _fits(values[name], *self._knobs[name]):
                editor.set_value(values[name])
        for names, group in self._groups.items():
            held = {n: values.get(n) for n in names if _fits(values.get(n), *self._knobs[n])}
            if any(number is not None for number in held.values()):
                group.set_value(held)
        self._quiet = False
        self.changed.emit()

    def _build(self, sections: Sections) -> None:
        placed: set[str] = set()
        for name, knobs in sections.items():
            box = self._part(name, first=not placed)
            for each in knobs:
                box.addWidget(
                    self._group(name, each) if isinstance(each, tuple) else self._one(each)
                )
                placed |= set(each) if isinstance(each, tuple) else {each}
        self._build_rest([name for name in self._knobs if name not in placed])

    def _part(self, name: str, *, first: bool) -> QVBoxLayout:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        if not first:
            rows.addWidget(line())
        rows.addWidget(section(name))
        box = QVBoxLayout()
        box.setSpacing(12)
        rows.addLayout(box)
        self.rows.addWidget(part)
        self.parts[name], self.sections[name] = part, box
        return box

    def _build_rest(self, names: list[str]) -> None:
        folding = self.parts[ADVANCED] = Folding(ADVANCED)
        for name in names:
            field, about = self._knobs[name]
            editor = self._own[name] if name in self._own else editor_for(field, about, self._tasks)
            if editor is None:
                continue
            away = about.advanced or name in self._folded
            (folding.rows if away else self.rows).addWidget(self._take(name, editor))
        if folding.rows.count():
            self.rows.addWidget(folding)

    def _one(self, name: str) -> Editor:
        field, about = self._knobs[name]
        editor = self._own[name] if name in self._own else editor_for(field, about, self._tasks)
        if editor is None:
            raise ValueError(f"No form asks for {name}.")
        return self._take(name, editor)

    def _take(self, name: str, editor: Editor) -> Editor:
        self.editors[name] = editor
        editor.changed.connect(self._tell)
        return editor

    def _group(self, label: str, names: tuple[str, ...]) -> Editor:
        parts = {name: (self._knobs[name][1], whole(self._knobs[name][0])) for name in names}
        group = OneOf(label, parts)
        self._groups[names] = group
        group.changed.connect(self._tell)
        return group

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()


def _fits(value: Any, field: Field[Any], about: Knob) -> bool:
    """Whether a value, perhaps an old remembered one, may stand in this setting."""
    if value is None:
        return bool(about.auto) or field.default is None
    if about.choices:
        return value in dict(about.choices)
    if isinstance(field.default, bool):
        return isinstance(value, bool)
    if about.low is not None or about.high is not None:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return True

"""Mend pictures: fill in, scratches, colour, and whatever else, in steps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import places
from engine import steps as step_lists
from engine.errors import UserError
from engine.specs import (
    Apply,
    ColourStep,
    CropStep,
    FillStep,
    PictureStep,
    PictureTask,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    UpscaleStep,
)
from gui.notices import words_of
from gui.tabs import Desk, Tab
from gui.tabs.picture_tab import SAVE, PictureTab
from gui.tabs.restore_empty import SENTENCE, Preset, PresetList, RestoreInvite
from gui.tabs.restore_hands import Hands
from gui.tabs.restore_pins import bare
from gui.tabs.restore_stage import Look, StepsStage
from gui.tabs.stage import Stage
from gui.tabs.steps_panel import StepsPanel
from gui.widgets.easel import Easel
from gui.widgets.labels import line

RECIPES = (".toml",)
NOTHING = "Choose what is to be done."
NO_MASK = "Paint over what is to go."
Steps = tuple[PictureStep, ...]
MOVING = (CropStep, RotateStep)  # after them the picture has another shape
PLACED = (FillStep, ColourStep, ScratchesStep)  # worked on where the picture is as it came


class RestoreTab(PictureTab):
    """A picture tab whose settings are a list of steps, with tools for work by hand."""

    kind = Apply
    name = "Restore"
    verb = "Restoring"
    sentence = SENTENCE
    sections = {"Save": SAVE}  # noqa: RUF012
    whole = True

    def __init__(self, desk: Desk) -> None:
        self.steps = StepsPanel(desk)
        self.presets = PresetList()
        self._alone = -1  # the step that is seen alone, before and after
        self._faults: tuple[Steps, frozenset[int]] = ((), frozenset())
        super().__init__(desk)
        self._remember()
        self._steps_changed()

    # -- what every picture tab says ------------------------------------------------------------

    def result_size(self, task: PictureTask, size: QSize) -> QSize:
        """As large as the steps that change it make it; what moves it is done already."""
        wide, high = float(size.width()), float(size.height())
        for step in task.steps if isinstance(task, Apply) else ():
            more = 1.0
            if step.on and isinstance(step, UpscaleStep):
                more = step.scale
            elif step.on and isinstance(step, ResizeStep):
                more = step.longest / max(wide, high, 1.0)
                more = more if step.enlarge else min(1.0, more)
            wide, high = wide * more, high * more
        return QSize(max(1, round(wide)), max(1, round(high)))

    def after_words(self, task: PictureTask, facts: dict[str, Any]) -> str:  # noqa: ARG002
        """Said by `look`."""
        return "After"

    def facts_words(self, facts: dict[str, Any]) -> list[str]:  # noqa: ARG002
        """What the engine had to say about the steps, where no tools are there to say it."""
        assert isinstance(self.stage, StepsStage)
        return [] if self.hands.tools else self.stage.words()

    def lacks(self) -> str:
        """A step, or what one of them needs."""
        steps = self.steps.steps()
        if not any(step.on for step in steps):
            return NOTHING
        if self._only_painted and self._painted():
            return ""
        try:
            step_lists.check(self._chain(self._base_path()))
        except UserError as why:
            masked = any(isinstance(step, FillStep) and step.on for step in steps)
            return NO_MASK if masked and "no step" in why.what else words_of(why)
        return ""

    def settings(self) -> QWidget:
        """The steps, and below them what every task asks."""
        both = QWidget()
        rows = QVBoxLayout(both)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        for part in (self.presets, self.steps, line(), self.form):
            rows.addWidget(part)
        return both

    def spec(self) -> Any:
        """The steps for the picture at hand, or for each of several what belongs to it."""
        device = self.desk.prefs.read("device", "auto")
        given: dict[str, Any] = {"sources": tuple(self.sources), "device": device}
        if self.several:
            painted = self.hands.pins.painted(self.steps.keys())
            given["own"] = tuple((path, self._chain(path)) for path in painted)
            given["steps"] = self._chain(None)
        else:
            given["steps"] = self._chain(self._base_path())
        return self.form.spec(**given)

    @property
    def several(self) -> bool:
        """Whether there is more than one picture to be done."""
        return len(self.film.strip.queue.rows) > 1

    def _base_path(self) -> Path | None:
        return self.hands.path

    def _chain(self, path: Path | None) -> Steps:
        """The steps as they are for one picture; to fill in without a mask is nothing to do."""
        found = []
        for key, step in zip(self.steps.keys(), self.steps.steps(), strict=True):
            own = self.hands.pins.onto(path, key, step) if path else bare(step)
            empty = isinstance(own, FillStep) and not own.png and own.mask is None
            found.append(replace(own, on=False) if empty else own)
        return tuple(found)

    # -- what is seen ---------------------------------------------------------------------------

    def look(self) -> Look:
        """What to compare, by the step one works on."""
        steps, at = self._sound(self._chain(self.hands.path)), self.steps.chosen()
        if 0 <= self._alone < len(steps):
            at = self._alone
            before, name = steps[:at], steps[at].title.lower()
            words = (f"Before · {name}", f"After · {name}")
            if isinstance(steps[at], MOVING):  # of another shape: there is nothing to compare with
                before, words = steps[: at + 1], (words[1], words[1])
            return Look(before, steps[: at + 1], words)
        chosen = steps[at] if 0 <= at < len(steps) else None
        if isinstance(chosen, CropStep) and chosen.on:
            seen, words = steps[:at], ("Before", "Before · crop")
        elif isinstance(chosen, PLACED):
            first = next((n for n, s in enumerate(steps) if s.on and isinstance(s, MOVING)), None)
            seen, words = steps[:first], ("Before", _after_words(steps[:first]))
        else:
            seen, words = steps, ("Before", _after_words(steps))
        frame = tuple(step for step in seen if step.on and isinstance(step, MOVING))
        return Look(frame, seen, words)

    def _sound(self, steps: Steps) -> Steps:
        """Without those that cannot run as they are: the others are seen all the same."""
        bares = tuple(bare(step) for step in steps)
        if self._faults[0] != bares:
            self._faults = (bares, frozenset(step_lists.faults(steps)))
        bad = self._faults[1]
        return tuple(replace(s, on=False) if at in bad else s for at, s in enumerate(steps))

    # -- building -------------------------------------------------------------------------------

    def _make_view(self) -> Easel:
        return Easel()

    def _make_invite(self) -> RestoreInvite:
        return RestoreInvite()

    def _make_stage(self) -> Stage:
        stage = StepsStage(self.compare, self.session, self, self.look, self.desk.engine)
        assert isinstance(self.compare, Easel)
        self.hands = Hands(self.compare, self.steps, self.desk, self)
        return stage

    def _connect(self) -> None:
        super()._connect()
        assert isinstance(self.stage, StepsStage)
        assert isinstance(self.invite, RestoreInvite)
        self.invite.preset.connect(self._open_preset)
        self.presets.preset.connect(self.use)
        self.steps.changed.connect(self._steps_changed)
        self.steps.chosen_changed.connect(lambda _: self._chosen_changed())
        self.steps.compared.connect(self._compare)
        self.steps.added.connect(self.hands.added)
        self.steps.replaced.connect(self.hands.replaced)
        self.stage.facts_changed.connect(self._sized)
        self.stage.answered.connect(self._answered)
        self.hands.worked.connect(self.stage.settings_changed)

    def _shortcuts(self) -> None:
        super()._shortcuts()
        tools = self.hands.mask_tools.drawing
        keys: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("Ctrl+Z", lambda: self.hands.undo() or self.steps.undo()),
            ("Ctrl+Y", lambda: self.hands.redo() or self.steps.redo()),
            ("Ctrl+Shift+Z", lambda: self.hands.redo() or self.steps.redo()),
            ("M", self.hands.turn_outline),
            *((key, lambda at=at: tools.take(at)) for at, key in enumerate("BERL")),
        )
        for key, do in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def _recolour(self) -> None:
        super()._recolour()
        self.steps.recolour(self.desk.theme)
        self.hands.set_ink(self.desk.theme.tokens.text)

    # -- steps ----------------------------------------------------------------------------------

    def use(self, preset: Preset) -> None:
        """Begin with these steps."""
        self.steps.set_steps(preset.steps, preset.chosen)

    def save(self) -> None:
        """Remember the settings and the steps, not what was painted."""
        super().save()
        steps = tuple(bare(step) for step in self.steps.steps())
        self.desk.prefs.write("restore/steps", step_lists.packed(steps))

    def stop(self) -> bool:
        """Esc: give up what one is drawing."""
        assert isinstance(self.compare, Easel)
        return self.compare.hand is not None and self.compare.hand.cancel()

    def _remember(self) -> None:
        said = str(self.desk.prefs.read("restore/steps", ""))
        if said:
            try:
                self.steps.set_steps(step_lists.unpacked(said), 0)
            except UserError:  # of another version: one begins anew
                self.desk.prefs.write("restore/steps", "")

    def _steps_changed(self) -> None:
        self._save_soon.start()
        self._show_presets()
        self.hands.follow_steps()
        self.stage.settings_changed()
        self._tell_soon.start()

    def _show_presets(self) -> None:
        """In the panel where there is a picture to begin with; an empty tab shows them larger."""
        self.presets.setVisible(not self.steps.steps() and bool(self.film.strip.queue.rows))

    def _chosen_changed(self) -> None:
        self.hands.choose(compared=self._alone >= 0)
        self.stage.settings_changed()

    def _compare(self, at: int) -> None:
        self._alone = at
        self._chosen_changed()

    # -- pictures -------------------------------------------------------------------------------

    def open_paths(self, paths: list[Path]) -> None:
        """Pictures to work on; a recipe is used instead."""
        recipes = [path for path in paths if path.suffix.lower() in RECIPES]
        others = [path for path in paths if path not in recipes]
        if recipes:
            self.steps.open_recipe(recipes[0])
        if others:
            super().open_paths(others)
        if len(others) == 1 and others[0].is_file():
            self.steps.offer(others[0])

    def _open_preset(self, preset: Preset) -> None:
        """A copy of its sample: the result may not be able to lie next to what is shipped."""
        mine = places.data() / "sample" / preset.picture.name
        mine.parent.mkdir(parents=True, exist_ok=True)
        copyfile(preset.picture, mine)
        self.use(preset)
        self.open_paths([mine])

    def _show_middle(self) -> None:
        super()._show_middle()
        self._show_presets()

    def _choose(self, path: Path) -> None:
        if path != self.hands.path:
            self.hands.turn_to(path)
        super()._choose(path)

    def _sized(self) -> None:
        assert isinstance(self.stage, StepsStage)
        self.hands.sized(self.stage.size, self.stage.size_seen)
        if not self.several:
            self.hands.carry_over()

    def _answered(self) -> None:
        assert isinstance(self.stage, StepsStage)
        done = self.stage.settled and self.compare.has_after
        self.hands.show_result(self.compare.after_image if done else None)
        self.hands.tell(" ".join(self.stage.words()))
        self._tell_soon.start()

    def _tell_action(self) -> None:
        super()._tell_action()
        if self._only_painted and self.panel.main.isEnabled():
            rows = [row for row in map(self._row, self._painted()) if row is not None]
            count = sum(row.state not in ("done", "skipped") for row in rows) or len(rows)
            words = (
                f"the {count} photos you painted on" if count > 1 else "the photo you painted on"
            )
            self.panel.set_action(f"{self.name} {words}", enabled=True, several=True)

    def _painted(self) -> list[Path]:
        """The pictures of the queue that something was painted on."""
        painted = self.hands.pins.painted(self.steps.keys())
        return [path for path in painted if self._row(path) is not None]

    @property
    def _only_painted(self) -> bool:
        """Whether there is something to be done only where something was painted."""
        return self.several and not any(step.on for step in self._chain(None))

    def _run(self, sources: list[Path], **other: Any) -> None:
        """Where there is nothing to do but what was painted, only pictures with that."""
        self.hands.pack()
        if len(sources) == 1 and sources[0].is_file():
            other |= {"own": (), "steps": self._chain(sources[0])}
        elif self._only_painted:
            sources = self._painted()
        super()._run(sources, **other)

    # -- seen and unseen ------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """What was not asked for while nobody looked is asked now."""
        super().showEvent(event)
        self.hands.choose(compared=self._alone >= 0)
        self.stage.settings_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for an answer."""
        super().hideEvent(event)
        assert isinstance(self.stage, StepsStage)
        self.stage.follow.forget()
        self.hands.proposal.forget()


def _after_words(steps: Steps) -> str:
    """For example "After · fill in, colour"."""
    names = [step.title.lower() for step in steps if step.on]
    return f"After · {', '.join(names)}" if names else "After"


TAB = Tab("Restore", "pictures", 5, "restore", "Mend, colour and finish pictures", RestoreTab)

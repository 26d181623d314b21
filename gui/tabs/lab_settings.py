"""The form of an experiment: its knobs in the order one decides, and those that matter now."""

from collections.abc import Callable
from dataclasses import Field, replace
from typing import Any

from engine.knobs import Knob, knobs_of
from engine.lab_terms import TERMS
from engine.specs_lab import Lab, LabDuel
from gui.editor import Editor
from gui.editors import Words, editor_for
from gui.form import Form, Sections
from gui.numbers import Auto
from gui.tabs.lab_editors import FETCHED, FileChoice, LabData, Perhaps, TermChoice, fetched
from gui.tabs.train_editors import Typed
from gui.widgets.labels import quiet

ASIDE = ("output",)  # what was found is saved once it is there
NAMED = ("model", "maker", "sampler", "loss", "distribution")  # of these each choice has a name
ENDLESS = "Until it is paused"
JOINED = "\u2060"
NARROW = 2.0  # of a setting's range: a slider can tell its hundredths apart
LONG = "sparsity"  # its choices need all of the width
POINTS = "Points (*.csv)"
LAYERED = ("undercomplete", "denoising", "stacked", "recurrent", "variational", "adversarial")
Matters = Callable[[Any], bool]


def sparse_kl(spec: Any) -> bool:
    """Whether activations have a target."""
    return bool(spec.model == "sparse" and spec.sparsity == "kl")


def to_fetch(spec: Any) -> bool:
    """Whether the pictures would have to come from the internet."""
    return spec.data in FETCHED and not fetched(spec.data)


# What matters only with some other choice; what is not named here always does.
MATTERS: dict[str, dict[str, Matters]] = {
    "": {"download": to_fetch, "limit": lambda spec: spec.data != "digits"},
    "reconstruct": {
        "noise": lambda spec: spec.model == "denoising",
        "sparsity": lambda spec: spec.model == "sparse",
        "target": sparse_kl,
        "weight": lambda spec: spec.model in ("sparse", "contractive", "overcomplete"),
        "beta": lambda spec: spec.model == "variational",
        "cell": lambda spec: spec.model == "recurrent",
        "hidden": lambda spec: spec.model in LAYERED,
    },
    "duel": {
        "drawn": lambda spec: spec.distribution == "drawn",
        "penalty": lambda spec: spec.loss != "wgan-gp",
    },
}
SECTIONS: dict[str, Sections] = {
    "reconstruct": {
        "Pictures": ("data", "download"),
        "Model": ("model", "latent", "sparsity", "target", "beta"),
        "Training": (("seconds", "steps"), "sweep"),
        "Afterwards": ("keep",),
    },
    "map": {
        "Pictures": ("data", "download", "shown"),
        "Models": ("beta",),
        "Training": (("seconds", "steps"),),
    },
    "denoise": {
        "Pictures": ("data", "download", "noise"),
        "Training": (("seconds", "steps"),),
    },
    "features": {
        "Pictures": ("data", "download"),
        "Model": ("model", "latent"),
        "Classifier": ("labels", "repeats"),
        "Training": (("seconds", "steps"),),
    },
    "odd-one-out": {
        "Pictures": ("data", "download", "normal"),
        "Model": ("latent",),
        "Training": (("seconds", "steps"),),
    },
    "duel": {
        "Points": ("distribution", "drawn"),
        "Loss": ("loss",),
        "Networks": ("latent", "hidden", "layers", "turns"),
        "Remedies": ("minibatch", "spectral", "instance_noise", "penalty"),
        "Training": ("steps",),
    },
    "augment": {
        "Pictures": ("data", "download"),
        "Classifier": ("labels", "repeats", "added"),
        "Training": (("seconds", "steps"),),
    },
    "generate": {
        "Pictures": ("data", "download"),
        "Model": ("maker", "latent"),
        "Training": (("seconds", "steps"),),
        "Afterwards": ("keep",),
    },
    "diffuse": {
        "Pictures": ("data", "download"),
        "Model": ("sampler", "levels"),
        "Training": (("seconds", "steps"),),
    },
    "squeeze": {
        "Pictures": ("data", "download"),
        "Model": ("latent", "hidden"),
        "Training": (("seconds", "steps"),),
    },
}


class LabForm(Form[Lab]):
    """The settings of one experiment; those that do not matter for what is chosen are hidden."""

    def __init__(self, kind: type[Lab]) -> None:
        self._matters = MATTERS[""] | MATTERS.get(kind.experiment, {})
        own = {field.name: editor(field, about) for field, about in knobs_of(kind)}
        if issubclass(kind, LabDuel):  # it is played until it is paused
            steps = next(about for field, about in knobs_of(kind) if field.name == "steps")
            own["seconds"] = None
            own["steps"] = explained(Auto(replace(steps, auto=ENDLESS), whole=True), steps)
        super().__init__(kind, SECTIONS[kind.experiment], own=own)
        self.changed.connect(self.tidy)
        self.tidy()

    def refresh(self) -> None:
        """What is on this computer may have changed."""
        for each in self.editors.values():
            if isinstance(each, LabData):
                each.refresh()
        self.tidy()

    def tidy(self) -> None:
        """Show what matters now."""
        spec = self.spec()
        for name, matters in self._matters.items():
            if name in self.editors:
                self.editors[name].setVisible(matters(spec))


def editor(field: Field[Any], about: Knob) -> Editor | None:
    """The editor of a knob, with its line, in both languages; None for what is asked elsewhere."""
    if field.name in ASIDE:
        return None
    named = TERMS.get(field.name)
    if named is not None and named.chinese and field.name not in NAMED:
        chinese = JOINED.join(named.chinese)  # a word of two characters stays on one line
        about = replace(about, label=f"{about.label} {chinese}")
    if about.kind == "lab-data":
        return LabData(about)
    if field.name in (*NAMED, LONG):
        return TermChoice(about, titled=field.name == LONG)
    if field.name == "drawn":
        return FileChoice(about, POINTS)
    if str in _kinds(field) and field.default is None:
        return Perhaps(about)
    made = number(field, about) if float in _kinds(field) else editor_for(field, about)
    return made if made is None or isinstance(made, Words) else explained(made, about)


def number(field: Field[Any], about: Knob) -> Editor | None:
    """A slider where it can tell the values apart that one may want, else a line to type in."""
    if about.step is not None:
        return editor_for(field, about)
    low, high = about.low, about.high
    if field.default is None or low is None or high is None or high - low > NARROW:
        return Typed(field, about)
    return editor_for(field, replace(about, step=min(0.01, low or 0.01)))


def explained(made: Editor, about: Knob) -> Editor:
    """With its line below it."""
    if about.help:
        made.rows.addWidget(quiet(about.help))
    return made


def _kinds(field: Field[Any]) -> tuple[Any, ...]:
    return getattr(field.type, "__args__", (field.type,))

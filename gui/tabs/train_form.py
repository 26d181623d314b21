"""The settings of a training, as a form per learner; which pictures is asked beside it."""

import re
from pathlib import Path

from engine import places
from engine.knobs import knobs_of
from engine.specs import LEARNERS, Train
from gui.editor import Editor
from gui.form import Form, Sections
from gui.tabs.train_editors import Base, Explained, Folders, Name, Time, Typed

WORDS = {
    "denoise": "Remove noise or artefacts",
    "upscale": "Enlarge, true to the original",
    "upscale-perceptual": "Enlarge, crisp (SRGAN)",
    "colourize": "Colour grey photos",
    "inpaint": "Fill in what is missing",
    "scratches": "Find scratches, dust and stains",
    "old-photo": "Mend fading, spots and blur of old prints",
    "cyclegan": "From one domain to another, without pairs (CycleGAN)",
    "pix2pix": "From A to B, from pairs or drawings (Pix2Pix)",
    "style": "The style of one picture on another",
    "faces": "Draw new faces, or other pictures of one kind",
    "faces-vae": "Turn faces into points and back (VAE)",
}
FIRST: dict[str, tuple[str, ...]] = {
    "denoise": ("degradation",),
    "upscale": ("scale",),
    "upscale-perceptual": ("scale", "perceptual", "download"),
    "cyclegan": ("data_b",),
    "pix2pix": ("derive", "data_b", "direction"),
    "style": ("data_b",),
    "faces": ("size", "architecture", "critic", "augmentation", "conditional"),
    "faces-vae": ("size",),
}
UNUSED = {"faces": ("edge", "longest"), "faces-vae": ("edge", "longest")}  # the size says it all
ASIDE = ("data", "resume")  # asked elsewhere
FOLDED = ("colour",)
UNKEPT = ("name",)  # not remembered from one training to the next


def kind_of(learner: str) -> type[Train]:
    """The spec of a learner; the first where there is none of that name."""
    return next((each for each in LEARNERS if each.learner == learner), LEARNERS[0])


def form_of(kind: type[Train]) -> Form[Train]:
    """The form of a learner, in the order one decides."""
    first = FIRST.get(kind.learner, ())
    sections: Sections = {"Start from": ("base",), "Time": ("minutes",), "Name": ("name",)}
    if first:
        sections = {"Learn": first} | sections
    return Form(kind, sections, tasks=(kind.task,), folded=FOLDED, own=_editors(kind))


def _editors(kind: type[Train]) -> dict[str, Editor | None]:
    own: dict[str, Editor | None] = dict.fromkeys(ASIDE)
    for field, about in knobs_of(kind):
        if field.name == "base":
            own["base"] = Base(about, (kind.task,))
        elif field.name == "minutes":
            own["minutes"] = Time(about)
        elif field.name == "name":
            own["name"] = Name(about)
        elif about.kind == "folders" and field.name not in ASIDE:
            own[field.name] = Folders(about)
        elif about.choices and not about.advanced:
            own[field.name] = Explained(about)
        elif about.advanced and not about.choices and about.kind != "device":
            own[field.name] = Typed(field, about)
    return own | dict.fromkeys(UNUSED.get(kind.learner, ()))


def suggested(data: tuple[Path, ...], learner: str, taken: set[str]) -> str:
    """A name for a model that no run and no model has yet: "holiday-denoise"."""
    stem = re.sub(r"[^\w-]+", "-", data[0].name).strip("-") if data else ""
    name = f"{stem}-{learner}"[:60] if stem else learner
    number, found = 1, name
    while found in taken or (places.models() / f"{found}.safetensors").exists():
        number += 1
        found = f"{name}-{number}"
    return found

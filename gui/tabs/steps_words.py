"""Steps in words: how they are grouped, what each does in a sentence, how one is set."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from engine.knobs import knobs_of
from engine.specs import (
    ColourStep,
    CropStep,
    DenoiseStep,
    FillStep,
    FinishStep,
    OldPhotoStep,
    PictureStep,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    UpscaleStep,
)

GROUPS: tuple[tuple[type[PictureStep], ...], ...] = (  # what mends, colours, changes the size
    (FillStep, ScratchesStep, OldPhotoStep, DenoiseStep),
    (ColourStep, FinishStep, TransferStep, StyleStep),
    (UpscaleStep, ResizeStep, CropStep, RotateStep),
)
SENTENCES: dict[type[PictureStep], str] = {
    FillStep: "Paint over what is to go; it is filled in from around.",
    ScratchesStep: "Finds scratches, dust and stains, and mends them.",
    OldPhotoStep: "Mends the fading, spots and blur of old prints.",
    DenoiseStep: "Takes the noise out.",
    ColourStep: "Gives a grey or faded picture its colours.",
    FinishStep: "Brightness, contrast, colours and sharpness.",
    TransferStep: "Turns it into another kind of picture.",
    StyleStep: "Lays the style of a painting on it.",
    UpscaleStep: "Makes it larger and draws the detail.",
    ResizeStep: "Sets the long side, without drawing new detail.",
    CropStep: "Cuts a part out.",
    RotateStep: "Turns or mirrors it.",
}
USUAL: dict[type[PictureStep], str] = {  # in brief, where nothing was turned
    ScratchesStep: "Sensitivity 50 %",
    OldPhotoStep: "Strength 100 %",
    DenoiseStep: "Noise estimated",
    ColourStep: "Saturation 100 %",
    FinishStep: "Nothing turned yet",
    TransferStep: "Strength 100 %",
    RotateStep: "Not turned yet",
}
TIMES = "\u00d7"


def in_brief(step: PictureStep) -> str:
    """What differs from the usual, or else the first thing one would ask about it."""
    tell = BRIEF.get(type(step))
    return (tell(step) if tell else _settings(step)) or USUAL[type(step)]


def _settings(step: PictureStep) -> str:
    """Every setting that is not as usual: "Noise level 25 · Blend with original 80 %"."""
    defaults = {each.name: each.default for each in fields(step)}
    parts = []
    for field, about in knobs_of(step):
        value = getattr(step, field.name)
        if value == defaults[field.name] or about.kind == "file":
            continue
        label = about.label if field.name not in ("model", "fill_model") else ""
        parts.append(f"{label} {_value(value, about.unit)}".strip())
    return " · ".join(parts)


def _value(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return ""
    number = f"{value:g}" if isinstance(value, int | float) else str(value)
    return f"{number} {TIMES if unit == 'x' else unit}".strip()


def _fill(step: Any) -> str:
    if step.mask is not None:
        return f"Mask {step.mask.name}"
    return "Where you painted" if step.png else "Paint what is to go"


def _colour(step: Any) -> str:
    count = len(step.hints)
    dots = f"{count} dot{'s' if count > 1 else ''} of colour" if count else ""
    return " · ".join(part for part in (dots, _settings(step)) if part)


def _style(step: Any) -> str:
    painting = f"Of {step.style.name}" if step.style else "Choose a painting"
    return " · ".join(part for part in (painting, _settings(step)) if part)


def _upscale(step: Any) -> str:
    return f"{step.scale:g} {TIMES}" + (f" · {step.model}" if step.model else "")


def _crop(step: Any) -> str:
    if (step.left, step.top, step.width, step.height) == (0, 0, 100, 100):
        return "All of it"
    return f"{step.width:.3g} {TIMES} {step.height:.3g} % of it"


def _rotate(step: Any) -> str:
    turned = f"{step.angle:g}\u00b0" if step.angle else ""
    return " · ".join(part for part in (turned, "mirrored" if step.mirror else "") if part)


def _resize(step: Any) -> str:
    return f"Long side {step.longest} px" if step.enlarge else f"At most {step.longest} px"


BRIEF: dict[type[PictureStep], Callable[[Any], str]] = {
    FillStep: _fill,
    ColourStep: _colour,
    StyleStep: _style,
    UpscaleStep: _upscale,
    CropStep: _crop,
    RotateStep: _rotate,
    ResizeStep: _resize,
}


def unfinished(step: PictureStep) -> bool:
    """Whether it only waits for what people have yet to give it: paint, or a painting."""
    match step:
        case FillStep():
            return step.mask is None and not step.png
        case StyleStep():
            return step.style is None
        case _:
            return False


def on_card(words: str, number: int, step: PictureStep) -> str:
    """A fault as it stands on its step's own card, which has the number and the name."""
    bare = words.removeprefix(f"Step {number} ({step.do})").lstrip(": ")
    return bare[:1].upper() + bare[1:]


def counted(steps: Sequence[PictureStep]) -> str:
    """For example "3 steps"."""
    return f"{len(steps)} step{'' if len(steps) == 1 else 's'}"

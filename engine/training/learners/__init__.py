"""One file per learner; this package finds them by walking its own folder.

Each file offers `LESSON`, a `Lesson` whose `spec_type` is the spec it answers to.
"""

import importlib
import pkgutil
from functools import cache

from engine.errors import UserError
from engine.specs import Train
from engine.training.lesson import Lesson


@cache
def learners() -> dict[str, type[Lesson]]:
    """Every `LESSON` in this folder, by its learner's name."""
    modules = [f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)]
    found: list[type[Lesson]] = [importlib.import_module(name).LESSON for name in modules]
    return {lesson.learner: lesson for lesson in found}


def lesson_of(spec: Train) -> Lesson:
    """The lesson that a spec asks for, its base model checked; nothing heavy is loaded."""
    lesson = learners().get(spec.learner)
    if lesson is None:
        raise UserError(
            f"There is no learner called {spec.learner or '(nothing)'}.",
            f"Choose one of: {', '.join(learners())}.",
        )
    return lesson(spec)

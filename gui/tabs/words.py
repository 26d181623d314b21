"""What a picture tab says of files: the name of a result, how a job ended."""

from pathlib import Path

from engine.job import Failed, Report
from engine.specs import PictureTask, Upscale
from gui.widgets.job_strip import duration


def example(spec: PictureTask, path: Path) -> str:
    """The name a result will have."""
    scale = f"{spec.scale:g}x" if isinstance(spec, Upscale) else "1x"
    op, model = getattr(spec, "op", ""), getattr(spec, "model", None)
    values = {"name": path.stem, "op": op, "model": model or "auto", "scale": scale}
    name = spec.name
    for key, value in values.items():
        name = name.replace(f"{{{key}}}", value)
    return name + (path.suffix if spec.format == "same" else f".{spec.format}")


def ending(report: Report) -> str:
    """How a job ended, in a line."""
    done, skipped, failed = len(report.done), len(report.skipped), len(report.failed)
    if done == 1 and not skipped and not failed:
        return f"Saved as {report.done[0][1].name}."
    parts = [f"{done} done"]
    parts += [f"{skipped} skipped"] if skipped else []
    parts += [f"{failed} failed"] if failed else []
    return f"{', '.join(parts)} in {duration(report.seconds)}."


def failure_list(failures: list[Failed]) -> str:
    """Every failure in a line, to be pasted somewhere."""
    return "\n".join(f"{each.path}\t{each.reason} {each.remedy}".strip() for each in failures)

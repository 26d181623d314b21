"""What tests of plans share: small trees of files, and a plan in one line."""

from pathlib import Path

from engine import files
from engine.specs import Denoise

FIELDS = {"op": "denoised", "model": "unet", "scale": "1"}


def touch(*paths: Path, content: bytes = b"x") -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def names(pairs: tuple[tuple[Path, Path], ...], base: Path) -> dict[str, str]:
    return {str(a.relative_to(base)): str(b.relative_to(base)) for a, b in pairs}


def plan(*sources: Path, **settings: object) -> files.Plan:
    return files.plan(Denoise(sources=sources, **settings), FIELDS)  # type: ignore[arg-type]


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}

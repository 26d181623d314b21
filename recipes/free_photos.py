"""Gather the free photographs that colourize.toml learns from, out of Debian's packages.

    python recipes/free_photos.py DIR/free-photos

free_photos.txt names each of them: a package of Debian 12 (bookworm), and where the picture lies in
it. What is drawn or grey in these packages is left out. GCompris keeps its pictures in Qt resource
files; their paths begin with ":". Needs apt-get, dpkg and the program's own packages; downloads
about 260 MB. Pictures are reduced to 640 px.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QFile, QResource

LIST = Path(__file__).with_suffix(".txt")
LONGEST = 640  # px
QUALITY = 92


def main() -> None:
    """Download, unpack, pick."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    wanted = [line.split(maxsplit=1) for line in LIST.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        for package in sorted({package for package, _ in wanted}):
            root = unpacked(package, Path(folder))
            paths = [path for each, path in wanted if each == package]
            for number, picture in enumerate(pictures(root, paths)):
                picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
                picture.save(target / f"{package}-{number:03d}.webp", quality=QUALITY)
            print(f"{package}: {len(paths)} photographs")


def unpacked(package: str, folder: Path) -> Path:
    """The files of a package, in a folder of their own."""
    root = folder / package
    root.mkdir()
    subprocess.run(["apt-get", "download", "-qq", package], cwd=root, check=True)
    subprocess.run(["dpkg", "-x", next(root.glob("*.deb")), root], check=True)
    return root


def pictures(root: Path, paths: list[str]) -> Iterator[Image.Image]:
    """The pictures at these paths, in RGB."""
    for resource in root.rglob("*.rcc"):
        QResource.registerResource(str(resource))
    for path in paths:
        if path.startswith(":"):
            file = QFile(path)
            file.open(QFile.OpenModeFlag.ReadOnly)
            copy = root / "picture"
            copy.write_bytes(file.readAll().data())
        else:
            copy = root / path
        with Image.open(copy) as picture:
            yield picture.convert("RGB")


if __name__ == "__main__":
    main()

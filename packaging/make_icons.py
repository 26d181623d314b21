"""Draw assets/icon.svg in the sizes that desktops ask for: `python packaging/make_icons.py`."""

import io
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ASSETS = Path(__file__).parents[1] / "assets"
PNG_SIZES = (64, 256, 512)  # px
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)  # px


def draw(renderer: QSvgRenderer, edge: int) -> Image.Image:
    """The icon as RGBA, drawn at that size rather than shrunk to it."""
    canvas = QImage(edge, edge, QImage.Format.Format_ARGB32)
    canvas.fill(0)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.data().data())).convert("RGBA")


def main() -> None:
    """Write icon-<size>.png and icon.ico next to icon.svg."""
    application = QGuiApplication(["make_icons", "-platform", "offscreen"])
    renderer = QSvgRenderer(str(ASSETS / "icon.svg"))
    for edge in PNG_SIZES:
        draw(renderer, edge).save(ASSETS / f"icon-{edge}.png", optimize=True)
    drawn = [draw(renderer, edge) for edge in ICO_SIZES]
    drawn[-1].save(
        ASSETS / "icon.ico", sizes=[(edge, edge) for edge in ICO_SIZES], append_images=drawn[:-1]
    )
    application.quit()


if __name__ == "__main__":
    main()

"""Try every transfer model that ships: `python packaging/make_pairs.py [MODEL ...]`.

Puts the pair that the Transfer tab shows onto the cards of models that have none, or of those that
are named, and before/after of all of them onto a sheet, `assets/screenshots/translated.webp`. What
they are tried on was drawn for this project, or is one of scikit-image's photographs (CC0 or public
domain); there is no photograph of a horse among those, so a cat has to do beside a painted one.
Nothing that a model learned from is in these pictures.
"""

import argparse
import base64
import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import make_drawings

from engine import catalogue
from engine.domains import Domain, domain_of
from engine.image import Picture
from engine.job import result_of
from engine.runtime import Runtime
from engine.specs import Transfer
from engine.tasks import sketch, transfer

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "assets"
PAINTING = ASSETS / "painting.webp"
SHEET = ASSETS / "screenshots" / "translated.webp"
HIGH, WIDE = 192, 256  # px of one picture of a pair, at most
TILE, GAP, LINE = (208, 156), 8, 26  # px on the sheet: a picture, between pairs, above a row
GROUND, TEXT = "#17181a", "#e8e6e3"
Bytes = NDArray[np.uint8]


def main() -> None:
    """Pairs onto cards, then the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--folder", type=Path, default=ROOT / "weights")
    parser.add_argument("--sheet", type=Path, default=SHEET)
    asked = parser.parse_args()
    runtime, rows = Runtime(), []
    for entry in catalogue.entries("transfer", folders=(asked.folder,)):
        domain = domain_of(entry.card)
        seen = [(each, translated(entry, domain, each, runtime)) for each in befores(domain)]
        rows.append((entry.card.title, seen))
        if entry.id in asked.models or not domain.sample:
            keep(entry, domain, seen[0])
    sheet(rows).save(asked.sheet, quality=84, method=6)
    print(asked.sheet)


def befores(domain: Domain) -> list[Bytes]:
    """(H, W, 3) each, what a model is shown; the first is the one on its card."""
    if domain.palette:
        return [make_drawings.street(), make_drawings.street({"tree": "building"})[:, ::-1]]
    if domain.derived == "edges":
        return [rgb(make_drawings.face()), lines(data.astronaut()[0:210, 130:340])]
    if domain.source == "painting":
        whole = opened(PAINTING)
        return [whole, whole[360:, :480], whole[120:480, 480:]]
    if domain.source == "ink drawing":
        silhouette = np.where(data.horse(), 250, 20).astype(np.uint8)
        return [eight(make_drawings.ink_horse()), rgb(silhouette)]
    if domain.source == "horse":
        return [eight(make_drawings.horse()), data.chelsea()]
    return [opened(ASSETS / "sample.jpg"), data.coffee(), data.chelsea()]


def translated(entry: catalogue.Entry, domain: Domain, before: Bytes, runtime: Runtime) -> Bytes:
    """(H, W, 3) through the model, as the shell would do it."""
    painting = floats(opened(PAINTING)) if domain.kind == "style" else None
    way, picture = transfer.Way(entry, domain, painting), Picture(floats(before))
    made = result_of(transfer.transferred(Transfer(), way, picture, runtime))
    return eight(made.pixels.transpose(1, 2, 0))


def keep(entry: catalogue.Entry, domain: Domain, pair: tuple[Bytes, Bytes]) -> None:
    """Onto the card, side by side."""
    images = [fitted(each, labels=bool(domain.palette)) for each in pair]
    both = Image.new("RGB", (2 * images[0].width, images[0].height))
    for at, each in enumerate(images):
        both.paste(each, (at * each.width, 0))
    held = io.BytesIO()
    both.save(held, "WEBP", quality=84, method=6)
    sample = base64.b64encode(held.getvalue()).decode()
    card = replace(entry.card, extras=entry.card.extras | {"sample": sample})
    catalogue.recarded(entry, card)
    print(f"{entry.id}: a pair of {len(sample):,} characters")


def fitted(picture: Bytes, *, labels: bool) -> Image.Image:
    """As large as a pair has it."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    ratio = min(HIGH / image.height, WIDE / image.width)
    size = round(image.width * ratio), round(image.height * ratio)
    return image.resize(size, Image.Resampling.NEAREST if labels else Image.Resampling.LANCZOS)


def sheet(rows: list[tuple[str, list[tuple[Bytes, Bytes]]]]) -> Image.Image:
    """A row a model, its title above."""
    tiled = [(title, [[tile(each) for each in pair] for pair in pairs]) for title, pairs in rows]
    wide = [sum(2 * pair[0].width + GAP for pair in pairs) + GAP for _, pairs in tiled]
    whole = Image.new("RGB", (max(wide), len(rows) * (TILE[1] + LINE) + GAP), GROUND)
    pen = ImageDraw.Draw(whole)
    for row, (title, pairs) in enumerate(tiled):
        left, top = GAP, row * (TILE[1] + LINE)
        pen.text((GAP, top + LINE / 2), title, TEXT, ImageFont.load_default(15), anchor="lm")
        for pair in pairs:
            for each in pair:
                whole.paste(each, (left, top + LINE))
                left += each.width
            left += GAP
    return whole


def tile(picture: Bytes) -> Image.Image:
    """As high as a tile and at most as wide; of what is wider the middle."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    wide = round(image.width * TILE[1] / image.height)
    image = image.resize((wide, TILE[1]), Image.Resampling.LANCZOS)
    spare = max(0, wide - TILE[0]) // 2
    return image.crop((spare, 0, wide - spare, TILE[1]))


def lines(photo: Bytes) -> Bytes:
    """What one would draw of a photo, as while learning."""
    small = np.asarray(Image.fromarray(photo).resize((128, 128), Image.Resampling.LANCZOS))
    return eight(sketch.derived(floats(small), "edges").transpose(1, 2, 0))


def opened(path: Path) -> Bytes:
    """(H, W, 3)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def rgb(grey: Bytes) -> Bytes:
    """(H, W) -> (H, W, 3)."""
    return np.repeat(grey[..., None], 3, 2)


def floats(picture: Bytes) -> NDArray[np.float32]:
    """(H, W, 3) -> (3, H, W) in [0, 1]."""
    return np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32) / np.float32(255)


def eight(picture: NDArray[np.floating]) -> Bytes:
    """[0, 1] -> bytes."""
    return np.round(255 * picture).clip(0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()

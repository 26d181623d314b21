"""Draw what the Transfer tab's canvas begins with: `python packaging/make_drawings.py`.

`assets/drawings/face.png`, lines of a face that is nobody's, and `street.png`, a street in the
colours of the labels that models of streets know. `make_pairs.py` asks here for a horse in a meadow
and one in ink, too: their outline is scikit-image's silhouette (CC0), the rest is numbers.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

sys.path.insert(0, str(Path(__file__).parent))

from brushes import Picture, Plane, cloudy, mix, smooth

ASSETS = Path(__file__).parents[1] / "assets"
EDGE, FINE = 256, 4  # px of a drawing, and how much larger it is drawn
PEN = 3.6  # px
Bytes = NDArray[np.uint8]
Points = list[tuple[float, float]]

# On a sheet of 128 px, where such models look for eyes, mouth and hair.
FACE: tuple[Points, ...] = (
    [(37, 54), (38, 72), (43, 88), (52, 101), (64, 107), (76, 101), (85, 88), (90, 72), (91, 54)],
    [(24, 104), (28, 86), (29, 62), (31, 40), (39, 22), (54, 12), (72, 11), (88, 19), (98, 36)],
    [(98, 36), (101, 60), (102, 84), (108, 104)],
    [(60, 24), (50, 33), (42, 44), (38, 58), (37, 76), (33, 92)],
    [(60, 24), (72, 28), (84, 38), (90, 52), (92, 72), (96, 94)],
    [(60, 24), (60, 17), (64, 12)],
    [(43, 51), (49, 48), (57, 50)],
    [(71, 50), (79, 48), (85, 51)],
    [(44, 59), (48, 56), (53, 56), (57, 60), (52, 62), (47, 62), (44, 59)],
    [(71, 60), (75, 56), (80, 56), (84, 59), (81, 62), (76, 62), (71, 60)],
    [(50, 57), (49, 59), (51, 61), (53, 59), (51, 57)],
    [(77, 57), (76, 59), (78, 61), (80, 59), (78, 57)],
    [(61, 62), (59, 72), (57, 77), (61, 79), (64, 80), (67, 79), (71, 77), (69, 72)],
    [(52, 90), (58, 87), (64, 89), (70, 87), (76, 90)],
    [(52, 90), (58, 91), (64, 92), (70, 91), (76, 90)],
    [(53, 91), (58, 96), (64, 98), (70, 96), (75, 91)],
    [(50, 102), (50, 114), (38, 121), (24, 126)],
    [(78, 102), (78, 114), (90, 121), (104, 126)],
)
LABELS = {
    "road": "#804080",
    "pavement": "#f423e8",
    "building": "#464646",
    "pole": "#999999",
    "light": "#faaa1e",
    "sign": "#dcdc00",
    "tree": "#6b8e23",
    "sky": "#4682b4",
    "person": "#dc143c",
    "car": "#00008e",
    "nothing": "#000000",
}
STREET: tuple[tuple[str, Points], ...] = (
    ("sky", [(0, 0), (128, 0), (128, 70), (0, 70)]),
    ("building", [(0, 4), (20, 12), (34, 30), (42, 46), (42, 70), (0, 90)]),
    ("building", [(128, 0), (112, 12), (96, 30), (84, 48), (84, 70), (128, 90)]),
    ("tree", [(30, 26), (42, 22), (50, 34), (54, 48), (50, 62), (36, 64), (28, 50), (24, 36)]),
    ("tree", [(128, 8), (112, 10), (100, 20), (92, 36), (84, 50), (88, 64), (110, 68), (128, 66)]),
    ("tree", [(50, 50), (58, 46), (66, 50), (76, 47), (84, 52), (84, 64), (50, 64)]),
    ("pavement", [(0, 128), (0, 84), (40, 64), (88, 64), (128, 82), (128, 128)]),
    ("road", [(0, 128), (6, 112), (54, 63), (74, 63), (128, 104), (128, 128)]),
    ("pole", [(22, 10), (24, 10), (24, 86), (22, 86)]),
    ("light", [(24, 12), (29, 12), (29, 24), (24, 24)]),
    ("pole", [(104, 34), (106, 34), (106, 82), (104, 82)]),
    ("sign", [(101, 34), (109, 34), (109, 43), (101, 43)]),
    ("person", [(13, 66), (17, 66), (18, 78), (17, 92), (13, 92), (12, 78)]),
    ("car", [(76, 66), (80, 61), (91, 61), (95, 67), (95, 76), (75, 76)]),
    ("car", [(52, 63), (54, 59), (60, 59), (62, 63), (62, 69), (52, 69)]),
    ("nothing", [(0, 128), (18, 118), (46, 114), (84, 114), (112, 118), (128, 128)]),
)


def curve(points: Points) -> NDArray[np.float64]:
    """A smooth way through points (Catmull and Rom, 1974), (N, 2) in [0, 1]."""
    known = np.array([points[0], *points, points[-1]], float) / 128
    t = np.linspace(0, 1, 24, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(known, known[1:], known[2:], known[3:], strict=False):
        bend = 2 * a - 5 * b + 4 * c - d
        turn = 3 * (b - c) + d - a
        parts.append(b + 0.5 * t * ((c - a) + t * (bend + t * turn)))
    return np.concatenate([*parts, known[-1:]])


def face() -> Bytes:
    """(256, 256): dark lines on white, as wide as a pen's."""
    size = EDGE * FINE
    sheet = np.full((size, size), 255, np.uint8)
    for line in FACE:
        way = np.round(curve(line) * size).astype(np.int32)
        cv2.polylines(sheet, [way], False, 0, round(PEN * FINE), cv2.LINE_AA)
    return cv2.resize(sheet, (EDGE, EDGE), interpolation=cv2.INTER_AREA)


def street(instead: Mapping[str, str] = MappingProxyType({})) -> Bytes:
    """(256, 256, 3): labels without mixed colours between them, some `instead` of others."""
    sheet = np.zeros((EDGE, EDGE, 3), np.uint8)
    for label, points in STREET:
        colour = tuple(bytes.fromhex(LABELS[instead.get(label, label)][1:]))
        shape = np.round(np.array(points) * EDGE / 128).astype(np.int32)
        cv2.fillPoly(sheet, [shape], colour, cv2.LINE_8)
    return sheet


def outline(height: int, width: int) -> tuple[Plane, Plane]:
    """How much of each pixel is horse, and how far inside it lies, px; (height, width) both."""
    small = (~data.horse()).astype(np.float32)[14:318, 10:390]
    inside = np.zeros((height, width), np.float32)
    ratio = 0.82 * height / small.shape[0]
    big = cv2.resize(small, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_CUBIC)
    top, left = round(0.10 * height), (width - big.shape[1]) // 2
    inside[top : top + big.shape[0], left : left + big.shape[1]] = big
    inside = cv2.GaussianBlur(inside.clip(0, 1), (0, 0), 1.2)
    depth = cv2.distanceTransform((inside > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    return inside, depth.astype(np.float32)


def horse(height: int = 384, width: int = 512) -> Picture:
    """A brown horse in a meadow under a grey sky, (height, width, 3) in [0, 1]."""
    inside, depth = outline(height, width)
    rows = np.mgrid[0:height, 0:width][0].astype(np.float32) / height
    sky = mix((0.62, 0.72, 0.84), (0.90, 0.92, 0.92), rows / 0.5)
    trees = 0.40 + 0.05 * cloudy((height, width), (2, 9), 5)
    wood = mix((0.16, 0.24, 0.13), (0.30, 0.38, 0.20), 0.5 + cloudy((height, width), (18, 26), 4))
    scene = mix(sky, wood, smooth(-0.01, 0.01, rows - trees))
    blades = cloudy((height, width), (70, 130), 3)
    grass = mix((0.27, 0.37, 0.13), (0.52, 0.58, 0.25), 0.5 + 0.55 * blades + 0.3 * (rows - 0.7))
    scene = mix(scene, grass, smooth(-0.01, 0.02, rows - 0.50))
    shade = cv2.GaussianBlur(np.roll(inside, (height // 20, width // 40), (0, 1)), (0, 0), 9)
    scene = scene * (1 - 0.5 * shade * smooth(0.66, 0.86, rows))[..., None]
    light = cv2.GaussianBlur(depth, (0, 0), 5)
    slope = cv2.GaussianBlur(cv2.Sobel(light, cv2.CV_32F, 0, 1), (0, 0), 6) * 0.045
    coat = 0.42 + slope + 0.008 * light + 0.14 * cloudy((height, width), (8, 10), 5)
    body = mix((0.13, 0.06, 0.03), (0.60, 0.36, 0.19), coat)
    thin = smooth(3, 11, light)  # mane, tail and legs are darker
    body = mix((0.09, 0.05, 0.04), body, thin)
    return np.clip(mix(scene, body, inside), 0, 1)


def ink_horse(height: int = 384, width: int = 512) -> Picture:
    """The same horse as a brush would draw it, black ink on paper."""
    inside, depth = outline(height, width)
    fibres = 0.5 + 0.12 * cloudy((height, width), (30, 40), 4)
    paper = mix((0.86, 0.83, 0.76), (0.95, 0.93, 0.88), fibres)
    wet = 0.5 + 0.9 * cloudy((height, width), (5, 7), 4)
    rim = np.exp(-(((depth - 2.5) / 3.2) ** 2)) * (inside > 0.4)
    wash = inside * (0.30 + 0.42 * smooth(0.35, 0.75, wet))
    thin = inside * (1 - smooth(4, 13, cv2.GaussianBlur(depth, (0, 0), 4)))
    ink = np.clip(np.maximum(wash, np.maximum(rim, 0.9 * thin)), 0, 0.94)
    return mix(paper, (0.06, 0.06, 0.07), ink)


def main() -> None:
    """Write both drawings of the canvas."""
    folder = ASSETS / "drawings"
    folder.mkdir(exist_ok=True)
    for name, sheet in (("face", face()), ("street", street())):
        Image.fromarray(sheet).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

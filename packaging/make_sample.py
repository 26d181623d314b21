"""Draw assets/sample.jpg, the first picture people try: `python packaging/make_sample.py`.

A lake at nightfall, drawn entirely by numbers (nothing in it is a photograph), with what makes a
denoiser sweat: needles, planks, rock, lettering, stars, and long quiet gradients. It is drawn at
twice the size, shrunk, and then given the noise of a small sensor at night.
"""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from brushes import (
    COLUMNS,
    HEIGHT,
    ROWS,
    WIDTH,
    Colour,
    H,
    Picture,
    Plane,
    Sheet,
    Spot,
    W,
    cloudy,
    dice,
    mix,
    pine,
    ridged,
    shine,
    smooth,
)
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SHORE = int(0.615 * H)  # where land meets water
SUN = 0.64 * W  # where the sun went down
SIGMA = 20  # noise, 8-bit units
LAMP: Spot = (0.372 * W, 0.560 * H)


def sky() -> Picture:
    """Nightfall: blue above, the last orange low over the mountains, stars, a young moon."""
    depth = ROWS / SHORE
    near_sun = np.exp(-(((COLUMNS - SUN) / (0.42 * W)) ** 2))
    scene = mix((0.035, 0.065, 0.165), (0.10, 0.19, 0.39), smooth(0.0, 0.5, depth))
    scene = mix(scene, (0.44, 0.36, 0.47), smooth(0.30, 0.72, depth) * (0.45 + 0.5 * near_sun))
    scene = mix(scene, (0.98, 0.62, 0.36), smooth(0.50, 0.86, depth) * (0.22 + 0.78 * near_sun))
    streaks = cloudy((H, W), (9, 2.2)) + 0.35 * cloudy((H, W), (26, 5))
    bank = smooth(0.12, 0.75, streaks) * smooth(0.10, 0.34, depth) * (1 - smooth(0.7, 0.95, depth))
    lit = mix((0.20, 0.22, 0.36), (1.0, 0.52, 0.38), smooth(0.22, 0.66, depth) * near_sun)
    scene = mix(scene, lit, 0.75 * bank)
    return moon(stars(scene, 1 - bank))


def stars(scene: Picture, clear: Plane) -> Picture:
    """Many faint ones and a few bright, fewer toward the horizon and behind clouds."""
    points = np.zeros((H, W), np.float32)
    count = 300
    x, y = dice.integers(0, W, count), (dice.uniform(0, 1, count) ** 1.5 * 0.42 * H).astype(int)
    points[y, x] = 2.6 * dice.uniform(0.2, 1, count) ** 6 * (1 - y / (0.46 * H)) + 0.25
    light = cv2.GaussianBlur(points, (0, 0), 1.1) * 4 + cv2.GaussianBlur(points, (0, 0), 4) * 5
    return scene + (light * clear)[..., None] * np.array((0.92, 0.95, 1.0), np.float32)


def moon(scene: Picture) -> Picture:
    """A crescent with earthshine."""
    x, y, radius = 0.865 * W, 0.17 * H, 0.030 * H
    disc = 1 - smooth(radius - 1.5, radius + 1.5, np.hypot(COLUMNS - x, ROWS - y))
    shade = smooth(
        radius - 2, radius + 3, np.hypot(COLUMNS - x + 0.45 * radius, ROWS - y + 0.25 * radius)
    )
    scene = shine(scene, (x, y), 3.2 * radius, (0.10, 0.11, 0.13), 1.0)
    scene = mix(scene, (0.21, 0.25, 0.36), 0.8 * disc)
    return mix(scene, (1.0, 0.97, 0.90), disc * shade)


def mountains(
    scene: Picture, foot: float, rise: float, cells: float, tone: Colour, snow: float
) -> Picture:
    """A range: gullies run down from its crest, lit from the sunset; snow above `snow`."""
    line = ridged((1, W), (1, cells), 9, 0.5)[0] + 0.22 * cloudy((1, W), (1, 2), 3)[0]
    line += 0.10 * cloudy((1, W), (1, 6 * cells), 6)[0]
    crest = foot * H - rise * H * (0.22 + 1.05 * np.tanh(1.35 * line))
    down = ROWS - crest[None]
    fan = cloudy((H, W), (2, cells * 1.5), 3)
    bend = 46 * cloudy((H, W), (8, 12), 5)
    gullies = ridged((H, W), (4, 3.2 * cells), 7, 0.58)
    gullies = cv2.remap(
        gullies,
        COLUMNS + bend + 0.9 * fan * down,
        np.clip(down + 0.4 * bend, 0, H - 1),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )
    broad, fine = cv2.GaussianBlur(gullies, (0, 0), 7), cv2.GaussianBlur(gullies, (0, 0), 1.0)
    slope = 24 * np.gradient(broad, axis=1) + 9 * np.gradient(fine, axis=1)
    light = 0.5 - 0.5 * np.tanh(1.5 * slope * np.sign(SUN - COLUMNS))
    rock = mix(tuple(0.55 * c for c in tone), tuple(1.45 * c for c in tone), light)
    height = 1 - down / (rise * H)
    white = (
        smooth(0.0, 0.16, height - snow + 0.55 * (gullies - 0.35)) if snow else np.zeros_like(down)
    )
    rock = mix(rock, mix((0.30, 0.34, 0.52), (1.0, 0.74, 0.66), light), 0.88 * white)
    haze = smooth(0.05, 1.05, down / (rise * H)) * 0.72
    return mix(scene, mix(rock, (0.60, 0.44, 0.46), haze), smooth(-1, 1, down))


def hills(scene: Picture) -> Picture:
    """Wooded hills in front of the mountains, each nearer one darker."""
    tones = ((0.20, 0.21, 0.30), (0.115, 0.145, 0.20), (0.065, 0.095, 0.115))
    for step, tone in enumerate(tones):
        line = cloudy((1, W), (1, 3 + step), 5)[0]
        tips = np.abs(cloudy((1, W), (1, 150 - 20 * step), 3)[0]) * (0.012 + 0.006 * step) * H
        crest = (0.545 + 0.022 * step) * H - line * 0.032 * H - tips
        inside = smooth(-1, 1, ROWS - crest[None])
        wood = cloudy((H, W), (90, 180 - 30 * step), 4)
        colour = mix(tuple(0.75 * c for c in tone), tuple(1.3 * c for c in tone), 0.5 + 0.6 * wood)
        mist = smooth(0.0, 1.0, (ROWS - crest[None]) / (0.075 * H)) * (0.5 - 0.13 * step)
        scene = mix(scene, mix(colour, (0.50, 0.42, 0.46), mist), inside)
    return scene


def far_shore(scene: Picture) -> Picture:
    """The wood on the other side, thin mist before it, and a cabin where somebody is still up."""
    sheet = Sheet()
    for x in np.sort(dice.uniform(-10, W + 10, 330)):
        near = 0.55 + 0.45 * np.cos((x / W - 0.08) * 7)
        tall = H * (0.022 + 0.055 * near * dice.uniform(0.3, 1.1))
        tone = (0.045, 0.075, 0.075) if dice.random() < 0.6 else (0.06, 0.09, 0.095)
        pine(sheet, (x, SHORE + 2), tall, tone, 0.7)
    scene = sheet.over(scene)
    mist = np.exp(-(((ROWS - SHORE + 0.012 * H) / (0.020 * H)) ** 2)) * (
        0.5 + cloudy((H, W), (6, 4), 4)
    )
    scene = mix(scene, (0.55, 0.47, 0.50), 0.38 * np.clip(mist, 0, 1))
    return cabin(scene, (0.765 * W, float(SHORE)))


def cabin(scene: Picture, foot: Spot) -> Picture:
    """Log walls, a snow-dusted roof, two lit windows, smoke."""
    x, y = foot
    u = 0.0125 * H  # one log and a half
    sheet = Sheet()
    for log in range(7):
        top = y - (log + 1) * 0.62 * u
        tone = 0.9 + 0.25 * dice.random()
        timber = (0.20 * tone, 0.125 * tone, 0.085 * tone)
        sheet.box(x - 5 * u, top, x + 5 * u, top + 0.56 * u, timber)
    eaves, gable = y - 4.2 * u, y - 7.4 * u
    roof = [(x - 6.2 * u, eaves), (x - 3.2 * u, gable), (x + 3.8 * u, gable), (x + 6.2 * u, eaves)]
    sheet.fill(roof, (0.23, 0.20, 0.24))
    for row in range(9):
        height, part = y - (4.2 + 0.36 * row) * u, row / 9
        sheet.stroke(
            [(x - (6.2 - 3 * part) * u, height), (x + (6.2 - 2.4 * part) * u, height)],
            (0.30 + 0.1 * part, 0.25, 0.28),
            1,
        )
    sheet.box(x + 1.6 * u, y - 9 * u, x + 2.7 * u, y - 7 * u, (0.17, 0.12, 0.11))  # chimney
    scene = sheet.over(scene)
    rise = np.clip((y - 9 * u - ROWS) / (0.16 * H), 0, 1)
    drift = x + 2.1 * u + rise * 2.4 * u + cloudy((H, 1), (14, 1), 4) * (0.3 + 3 * rise) * u
    plume = np.exp(-(((COLUMNS - drift) / ((0.5 + 2.2 * rise) * u)) ** 2)) * (y - 9 * u > ROWS)
    scene = mix(scene, (0.70, 0.58, 0.58), plume * 0.42 * (1 - rise) ** 1.5)
    return windows(scene, foot, u)


def windows(scene: Picture, foot: Spot, u: float) -> Picture:
    """Warm panes with bars, and what they throw on the wall and the snow."""
    x, y = foot
    panes = Sheet()
    for centre in (-2.6, 2.2):
        for column in (-1, 0):
            for row in (0, 1):
                left, top = x + (centre + column * 0.85) * u, y - (3.2 - 0.95 * row) * u
                warm = (1.0, 0.82 - 0.1 * row, 0.45)
                panes.box(left, top, left + 0.7 * u, top + 0.8 * u, warm)
        scene = shine(scene, (x + centre * u, y - 2.3 * u), 3.0 * u, (0.50, 0.25, 0.08), 0.9)
    return panes.over(scene)


def water(scene: Picture) -> Picture:
    """The lake: the upper half mirrored, broken by ripples that widen toward the viewer."""
    near = np.clip((ROWS - SHORE) / (H - SHORE), 0, 1)
    distance = 1 / (0.03 + near)
    waves = np.sin(distance * 46 + 3 * cloudy((H, W), (10, 5), 4))
    small = cloudy((H, W), (150, 14), 3) * near**0.3
    sideways = (5 * waves + 16 * small) * (0.12 + near)
    lift = (10 * waves * near + 26 * small * near) * (near + 0.1)
    mirror = 2 * SHORE - ROWS * 1.0 - lift
    mirror = np.clip(SHORE - (SHORE - mirror) * 0.93, 0, SHORE - 2).astype(np.float32)
    seen = cv2.remap(
        scene,
        (COLUMNS + sideways).astype(np.float32),
        mirror,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    seen = mix(seen * 0.80, (0.075, 0.105, 0.165), 0.16 + 0.40 * near)
    glint = (
        smooth(0.55, 1.0, small + 0.25 * waves)
        * (1 - near)
        * np.exp(-(((COLUMNS - SUN) / (0.2 * W)) ** 2))
    )
    seen = seen + (0.30 * glint)[..., None] * np.array((1.0, 0.62, 0.42), np.float32)
    edge = smooth(SHORE - 1, SHORE + 1, ROWS)
    return mix(scene, seen, edge)


def column_of_light(scene: Picture, spot: Spot, colour: Colour) -> Picture:
    """What the lamp draws on the water below it: a broken, widening streak."""
    near = np.clip((ROWS - SHORE) / (H - SHORE), 0, 1)
    broken = 0.5 + 0.9 * cloudy((H, W), (170, 16), 3)
    wobble = cloudy((H, 1), (90, 1), 3) * 9
    wide = 5 + 34 * near
    streak = np.exp(-(((COLUMNS - spot[0] + wobble) / wide) ** 2)) * (ROWS > SHORE + 3)
    fade = np.exp(-(((near - 0.20) / 0.42) ** 2))
    return scene + (np.clip(broken, 0, 1) * streak * fade)[..., None] * np.asarray(
        colour, np.float32
    )


def pier(scene: Picture) -> Picture:
    """Planks from the lower left out to the lamp, drawn in perspective."""
    sheet = Sheet()
    grain = cloudy((H, W), (320, 10), 5)
    near_left, near_right = -0.06 * W, 0.36 * W
    far_left, far_right = 0.325 * W, 0.392 * W
    start, end, planks = 1.02 * H, 0.712 * H, 27
    edges = [end + (start - end) * (i / planks) ** 1.75 for i in range(planks + 1)]
    for part in (0.0, 0.16, 0.46):
        for near, far, side in ((near_left, far_left, 1), (near_right, far_right, -1)):
            x, y = far + (near - far) * part, end + (start - end) * part
            thick = 6 + 34 * part
            x += side * thick
            sheet.box(x - thick / 2, y, x + thick / 2, y + 9 * thick, (0.060, 0.050, 0.052))
    for top, bottom in pairwise(edges):
        a, b = ((y - end) / (start - end) for y in (top, bottom - max(1.5, 0.13 * (bottom - top))))
        tone = dice.uniform(0.80, 1.2)
        shift = dice.uniform(-1, 1) * (2 + 8 * a)
        corners = [
            (far_left + (near_left - far_left) * a + shift, top),
            (far_right + (near_right - far_right) * a + shift, top),
            (far_right + (near_right - far_right) * b + shift, end + (start - end) * b),
            (far_left + (near_left - far_left) * b + shift, end + (start - end) * b),
        ]
        sheet.fill(corners, (0.250 * tone, 0.205 * tone, 0.190 * tone))
    wood = sheet.ink[..., 0] > 40
    veins = 1 + 0.42 * grain + 0.22 * np.sin(34 * grain)
    sheet.ink[..., :3] = np.clip(sheet.ink[..., :3] * np.where(wood, veins, 1)[..., None], 0, 255)
    far = np.hypot((COLUMNS - LAMP[0]) / 1.0, (ROWS - 0.73 * H) / 0.62) / (0.20 * H)
    warm = (2.1 / (1 + far**2))[..., None] * np.array((1.0, 0.40, 0.26), np.float32)
    lit = sheet.ink[..., :3] * (0.62 + warm)
    sheet.ink[..., :3] = np.clip(lit, 0, 255)
    return sheet.over(scene)


def lamp(scene: Picture) -> Picture:
    """The safelight itself, on a post at the end of the pier."""
    x, y = LAMP
    u = 0.0115 * H
    sheet = Sheet()
    sheet.stroke(
        [(x + 3.1 * u, y + 13.8 * u), (x + 3.1 * u, y - 4.6 * u)], (0.10, 0.07, 0.06), 0.62 * u
    )
    sheet.stroke(
        [(x + 3.1 * u, y - 4.2 * u), (x, y - 4.2 * u), (x, y - 2.4 * u)],
        (0.10, 0.07, 0.06),
        0.36 * u,
    )
    sheet.stroke(
        [(x + 3.1 * u, y - 1.4 * u), (x + 0.9 * u, y - 4.2 * u)], (0.10, 0.07, 0.06), 0.26 * u
    )
    sign(sheet, (x + 3.1 * u, y + 4.5 * u), u)
    scene = shine(sheet.over(scene), (x, y), 6.5 * u, (0.91, 0.30, 0.20), 0.62)
    scene = shine(scene, (x, y), 20 * u, (0.91, 0.26, 0.16), 0.22)
    top = Sheet()
    arc = [
        (x + 2.5 * u * np.cos(a), y - 0.2 * u - 2.3 * u * np.sin(a))
        for a in np.linspace(0, np.pi, 40)
    ]
    top.fill(arc, (0.80, 0.25, 0.17))
    arc = [
        (x - 0.4 * u + 1.7 * u * np.cos(a), y - 0.5 * u - 1.7 * u * np.sin(a))
        for a in np.linspace(0, np.pi, 40)
    ]
    top.fill(arc, (0.93, 0.38, 0.27))
    bulb = [
        (x + 1.15 * u * np.cos(a), y - 0.2 * u + 1.15 * u * np.sin(a))
        for a in np.linspace(0, np.pi, 40)
    ]
    top.fill(bulb, (1.0, 0.90, 0.78))
    return top.over(scene)


def sign(sheet: Sheet, centre: Spot, u: float) -> None:
    """A board with painted letters, small enough to be a test."""
    x, y = centre
    high, wide = 3.0 * u, 8.6 * u
    left, top, right, bottom = x - wide / 2, y - high / 2, x + wide / 2, y + high / 2
    sheet.box(left, top, right, bottom, (0.36, 0.20, 0.145))
    left, top, right, bottom = left + 4, top + 4, right - 4, bottom - 4
    frame = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    sheet.stroke(frame, (0.62, 0.42, 0.32), 2)
    board = Image.new("L", (W, H))
    pen = ImageDraw.Draw(board)
    for text, size, down in (
        ("SILVER LAKE", 1.28 * u, -0.48 * u),
        ("no wake after dark", 0.82 * u, 0.72 * u),
    ):
        pen.text((x, y + down), text, 255, ImageFont.load_default(size), anchor="mm")
    share = np.asarray(board, np.float32)[..., None] / 255
    paint = np.array((246, 222, 196), np.float32)
    sheet.ink[..., :3] = sheet.ink[..., :3] * (1 - share) + paint * share


def near_trees(scene: Picture) -> Picture:
    """Dark spruces that frame the view."""
    sheet = Sheet()
    places = (
        (0.985, 1.10, 0.98),
        (0.905, 1.16, 0.66),
        (1.04, 1.05, 1.05),
        (0.015, 0.93, 0.86),
        (0.085, 0.90, 0.52),
    )
    for x, y, tall in places:
        pine(sheet, (x * W, y * H), tall * H, (0.066, 0.108, 0.092), 1.1)
    return sheet.over(scene)


def developed(scene: Picture) -> Picture:
    """Shrunk, with the lens's bloom and falloff, and blacks that are not quite black."""
    bright = np.clip(scene - 0.75, 0, None)
    scene = (
        scene
        + 0.30 * cv2.GaussianBlur(bright, (0, 0), 14)
        + 0.15 * cv2.GaussianBlur(bright, (0, 0), 50)
    )
    corner = np.hypot((COLUMNS - W / 2) / W, (ROWS - H / 2) / H)
    scene = scene * (1.06 - 0.42 * corner[..., None] ** 2)
    small = cv2.resize(np.clip(scene, 0, 1), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.clip(0.055 + 0.945 * small**0.90, 0, 1)


def clean() -> Picture:
    """The picture as it would be without noise, (640, 960, 3)."""
    scene = sky()
    scene = mountains(scene, 0.60, 0.36, 3.4, (0.27, 0.28, 0.42), 0.50)
    scene = mountains(scene, 0.60, 0.15, 5.2, (0.19, 0.205, 0.31), 0.0)
    scene = far_shore(hills(scene))
    scene = water(scene)
    scene = column_of_light(scene, LAMP, (0.95, 0.33, 0.20))
    scene = near_trees(scene)
    return developed(lamp(pier(scene)))


def noisy(picture: Picture) -> NDArray[np.uint8]:
    """8-bit RGB with Gaussian noise of `SIGMA`."""
    grain = dice.normal(0, SIGMA, picture.shape)
    return np.clip(np.round(255 * picture + grain), 0, 255).astype(np.uint8)


def main() -> None:
    """Write assets/sample.jpg; full colour resolution keeps the noise as white as a sensor's."""
    picture = Image.fromarray(noisy(clean()))
    target = Path(__file__).parents[1] / "assets" / "sample.jpg"
    picture.save(target, quality=93, subsampling=0)


if __name__ == "__main__":
    main()

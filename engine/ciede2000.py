"""CIEDE2000, how different two colours look, in the letters of Sharma, Wu and Dalal (2005).

A difference of 1 is about the smallest that people see side by side.
"""

import numpy as np
from numpy.typing import NDArray

from engine.job import Pixels

Values = NDArray[np.float64]
TO_XYZ = np.array(  # of linear sRGB, IEC 61966-2-1
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
TO_XYZ = TO_XYZ / TO_XYZ.sum(1, keepdims=True)  # white is 1
TWENTY_FIVE_TO_THE_7 = 25.0**7


def mean_difference(result: Pixels, truth: Pixels) -> float:
    """Mean difference over the pixels of two (3, H, W) sRGB pictures in [0, 1]."""
    return float(difference(lab(result), lab(truth)).mean())


def lab(image: Pixels) -> Values:
    """(3, H, W) sRGB in [0, 1] -> (3, H, W) CIELAB under D65: L in [0, 100]."""
    values = image.astype(np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    xyz = np.einsum("xc,chw->xhw", TO_XYZ, linear)
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(first: Values, second: Values) -> Values:
    """Delta E 00 of (3, ...) CIELAB values, k_L = k_C = k_H = 1; equations 2 to 22."""
    lightness_1, chroma_1, hue_1, lightness_2, chroma_2, hue_2 = polar(first, second)
    delta_l = lightness_2 - lightness_1
    delta_c = chroma_2 - chroma_1
    turn = hue_2 - hue_1
    turn = np.where(chroma_1 * chroma_2 == 0, 0, (turn + 180) % 360 - 180)
    delta_h = 2 * np.sqrt(chroma_1 * chroma_2) * sin(turn / 2)

    mean_l, mean_c = (lightness_1 + lightness_2) / 2, (chroma_1 + chroma_2) / 2
    mean_h = mean_hue(hue_1, hue_2, chroma_1 * chroma_2)
    t = (
        1
        - 0.17 * cos(mean_h - 30)
        + 0.24 * cos(2 * mean_h)
        + 0.32 * cos(3 * mean_h + 6)
        - 0.20 * cos(4 * mean_h - 63)
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c = 1 + 0.045 * mean_c
    s_h = 1 + 0.015 * mean_c * t
    delta_theta = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))
    r_t = -2 * seventh(mean_c) * sin(2 * delta_theta)
    l, c, h = delta_l / s_l, delta_c / s_c, delta_h / s_h  # noqa: E741 - the paper's letters
    squared: Values = l**2 + c**2 + h**2 + r_t * c * h
    return np.sqrt(np.maximum(squared, 0))


def polar(first: Values, second: Values) -> tuple[Values, ...]:
    """L, C' and h' (degrees) of both colours; a is stretched near grey (equations 2 to 7)."""
    (l_1, a_1, b_1), (l_2, a_2, b_2) = first, second
    g = 0.5 * (1 - seventh((np.hypot(a_1, b_1) + np.hypot(a_2, b_2)) / 2))
    a_1, a_2 = (1 + g) * a_1, (1 + g) * a_2
    hue_1, hue_2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a_1, b_1), (a_2, b_2)))
    return l_1, np.hypot(a_1, b_1), hue_1, l_2, np.hypot(a_2, b_2), hue_2


def mean_hue(hue_1: Values, hue_2: Values, both_coloured: Values) -> Values:
    """The hue half-way on the shorter arc; their sum where one colour is grey (equation 14)."""
    total = hue_1 + hue_2
    far = np.abs(hue_1 - hue_2) > 180
    halfway = np.where(far, np.where(total < 360, total + 360, total - 360), total) / 2
    return np.where(both_coloured == 0, total, halfway)


def seventh(chroma: Values) -> Values:
    """sqrt(C^7 / (C^7 + 25^7))."""
    power = chroma**7
    return np.sqrt(power / (power + TWENTY_FIVE_TO_THE_7))


def sin(degrees: Values) -> Values:
    """Sine of an angle in degrees."""
    return np.sin(np.radians(degrees))


def cos(degrees: Values) -> Values:
    """Cosine of an angle in degrees."""
    return np.cos(np.radians(degrees))

import numpy as np
from PySide6.QtGui import QColor, QColorSpace, QImage

from engine.job import Preview, Step
from gui import paint


def colours(image: QImage) -> np.ndarray:
    return np.array(
        [
            [image.pixelColor(x, y).getRgb()[:3] for x in range(image.width())]
            for y in range(image.height())
        ]
    )


def test_every_eight_bit_value_comes_through() -> None:
    values = np.arange(768, dtype=np.float32).reshape(3, 16, 16) % 256 / 255
    seen = colours(paint.to_image(values))
    np.testing.assert_array_equal(seen, np.rint(values * 255).transpose(1, 2, 0))


def test_odd_widths_are_not_skewed() -> None:
    for width in (1, 2, 3, 5, 7):
        pixels = np.random.default_rng(0).random((3, 4, width), np.float32)
        seen = colours(paint.to_image(pixels))
        np.testing.assert_array_equal(seen, np.floor(pixels * 255 + 0.5).transpose(1, 2, 0))


def test_a_tall_picture_is_whole_although_it_is_done_in_strips() -> None:
    pixels = np.random.default_rng(0).random((3, paint.ROWS * 2 + 3, 2), np.float32)
    seen = colours(paint.to_image(pixels))
    np.testing.assert_array_equal(seen, np.floor(pixels * 255 + 0.5).transpose(1, 2, 0))


def test_grey_becomes_three_equal_channels() -> None:
    image = paint.to_image(np.full((1, 2, 2), 0.5, np.float32))
    assert image.pixelColor(0, 0) == QColor(128, 128, 128)


def test_values_outside_the_range_are_held_in_it() -> None:
    image = paint.to_image(np.array([[[-1.0]], [[2.0]], [[np.nan]]], np.float32))
    assert image.pixelColor(0, 0) == QColor(0, 255, 0)


def test_the_picture_does_not_borrow_the_array_s_memory() -> None:
    pixels = np.ones((3, 8, 8), np.float32)
    image = paint.to_image(pixels)
    pixels[:] = 0
    assert image.pixelColor(3, 3) == QColor("white")


def test_a_profile_is_turned_into_srgb() -> None:
    display_p3 = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3)
    green = np.zeros((3, 2, 2), np.float32)
    green[1] = 0.5
    plain, profiled = paint.to_image(green), paint.to_image(green, display_p3.iccProfile().data())
    assert plain.pixelColor(0, 0) == QColor(0, 128, 0)
    assert profiled.pixelColor(0, 0).green() > 128  # P3's green is greener than sRGB's
    grey = np.full((3, 2, 2), 0.5, np.float32)
    seen = paint.to_image(grey, display_p3.iccProfile().data()).pixelColor(0, 0)
    assert max(abs(value - 128) for value in seen.getRgb()[:3]) <= 1


def test_a_damaged_profile_is_passed_over() -> None:
    image = paint.to_image(np.ones((3, 1, 1), np.float32), b"no profile")
    assert image.pixelColor(0, 0) == QColor("white")


def test_levels_halve_until_they_are_small_and_keep_the_mean() -> None:
    noise = np.random.default_rng(0).random((3, 1100, 2300), np.float32)
    levels = paint.picture(noise).levels
    assert [level.width() for level in levels] == [2300, 1150, 575]
    rows = np.frombuffer(levels[-1].constBits(), np.uint8).reshape(levels[-1].height(), -1)
    assert abs(float(rows.reshape(-1, 4)[:, :3].mean()) - 127.5) < 1


def test_the_level_to_draw_is_never_smaller_than_what_is_drawn() -> None:
    shown = paint.picture(np.zeros((3, 1000, 4000), np.float32))
    for width in (10, 600, 1500, 4000, 9000):
        level = shown.level(width)
        assert level.width() >= min(width, 4000)


def test_only_previews_are_dressed() -> None:
    event = Step(1, 2)
    assert paint.dress(event) is event
    shown = paint.dress(Preview("after", np.zeros((3, 2, 4), np.float32), None, {"sigma": 3}))
    assert (shown.name, shown.picture.size.width(), shown.facts) == ("after", 4, {"sigma": 3})


def test_the_pixel_ratio_is_carried() -> None:
    assert paint.to_image(np.zeros((3, 4, 4), np.float32), dpr=2).devicePixelRatio() == 2

import numpy as np
import pytest
import torch
from skimage import color

from engine import chroma, ciede2000
from engine.training import appearance


def planes(pixels):
    """Luma and chroma of (3, H, W) as a batch of one."""
    return tuple(torch.from_numpy(part(pixels))[None] for part in (chroma.luma, chroma.chroma))


def pictures():
    """Two of the same luma: what a colourizer says, and the truth."""
    dice = np.random.default_rng(0)
    true = dice.uniform(0.2, 0.8, (3, 12, 9)).astype(np.float32)
    colours = chroma.chroma(true) * np.float32(0.4) + np.float32(0.02)
    return chroma.coloured(chroma.luma(true), colours), true


def test_lab_is_that_of_the_measure():
    _, true = pictures()
    ours = appearance.lab(*planes(true))[0].numpy()
    assert np.allclose(ours, ciede2000.lab(true), atol=2e-2)


def test_differences_are_those_of_another_program():
    said, true = pictures()
    y, colours = planes(true)
    ours = appearance.difference(y, planes(said)[1], colours)[0].numpy()
    lab = [ciede2000.lab(each).transpose(1, 2, 0) for each in (true, said)]
    theirs = color.deltaE_ciede94(*lab, kH=1, kC=1, kL=1, k1=0.045, k2=0.015)
    assert ours == pytest.approx(theirs, rel=0.02, abs=0.1)


def test_what_is_more_different_by_the_measure_is_so_here():
    said, true = pictures()
    measured = ciede2000.difference(ciede2000.lab(said), ciede2000.lab(true))
    y, colours = planes(true)
    ours = appearance.difference(y, planes(said)[1], colours)[0].numpy()
    assert np.corrcoef(ours.ravel(), measured.ravel())[0, 1] > 0.9


def test_slopes_are_finite_where_colours_agree_are_grey_or_cannot_be_shown():
    y = torch.tensor([0.5, 0.5, 0.0, 1.0]).reshape(1, 1, 1, 4)
    true = torch.zeros(1, 2, 1, 4)
    true[..., 1] = 0.2
    said = true.clone()
    said[..., 2:] = 0.4
    said.requires_grad_()
    appearance.difference(y, said, true).sum().backward()
    assert said.grad.isfinite().all()


def test_nearer_colours_are_less_different():
    said, true = pictures()
    y, colours = planes(true)
    far = planes(said)[1].clone().requires_grad_()
    loss = appearance.difference(y, far, colours).mean()
    loss.backward()
    with torch.no_grad():
        assert appearance.difference(y, far - 1e-3 * far.grad, colours).mean() < loss

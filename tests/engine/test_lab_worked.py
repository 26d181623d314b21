"""The textbook's numbers, exactly, and what is said where the print differs."""

import json
import math

import numpy as np
import pytest

from engine import cli
from engine.errors import UserError
from engine.lab.worked import EXAMPLES
from engine.specs_lab_live import Example
from engine.studio import Studio


def values(name):
    return {stage.title: stage.values for stage in EXAMPLES[name]().steps}


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_the_autoencoder_is_exact_at_every_stage():
    found = values("a")
    code = [sigmoid(0.95), sigmoid(1.11)]
    assert found["Sums of the encoder"] == pytest.approx([0.95, 1.11], abs=1e-12)
    assert found["Code"] == pytest.approx(code, abs=1e-12)
    sums = [
        a * code[0] + b * code[1] + 0.1 for a, b in ((0.4, 0.3), (0.2, 0.5), (0.6, 0.1), (0.3, 0.4))
    ]
    assert found["Sums of the decoder"] == pytest.approx(sums, abs=1e-12)
    output = [sigmoid(each) for each in sums]
    assert found["Output"] == pytest.approx(output, abs=1e-12)
    assert output[3] == pytest.approx(0.6496, abs=5e-5)
    loss = sum((x - r) ** 2 for x, r in zip((1, 0.8, 0.3, 0.5), output, strict=True)) / 2
    assert found["Loss"] == pytest.approx([loss], abs=1e-12)
    assert loss == pytest.approx(0.1444, abs=5e-5)


def test_the_duel_is_exact_at_every_stage():
    found = values("b")
    assert found["Generated"] == pytest.approx([0.25, -0.15, 0.6, -0.4])
    assert found["Its logarithms"] == pytest.approx([-0.6444, -0.7981, -0.5544, -0.7444], abs=5e-5)
    assert found["Discriminator's loss"] == pytest.approx([0.8297], abs=5e-5)
    assert found["Generator's loss"] == pytest.approx([2.0694], abs=5e-5)


def test_divergences_agree_with_their_integrals():
    found = values("c")
    assert found["KL(p || q)"] == pytest.approx(found["The same by sums"], abs=1e-9)
    assert found["KL(p || q)"] == pytest.approx([math.log(2) + 0.25 - 0.5])
    assert found["KL(q || p)"] == pytest.approx([math.log(1 / 2) + 5 / 2 - 1 / 2])
    (evidence,), (bound,), (gap,) = (
        found[title] for title in ("Evidence, by sums", "ELBO", "What it misses")
    )
    assert evidence == pytest.approx(-0.5 * math.log(2 * math.pi * 1.25) - 1.5**2 / 2.5, abs=1e-9)
    assert bound < evidence
    assert evidence - bound == pytest.approx(gap, abs=1e-9)
    assert np.all(np.array(found["Best discriminator"]) < 1)
    assert found["Its value, by sums"] > found["Where p = q"]


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("a", ["The book prints 0.649; by hand it is 0.6496."]),
        ("b", ["-0.748; by hand it is -0.7444.", "2.070; by hand it is 2.0694."]),
        ("c", []),
    ],
)
def test_it_is_said_where_the_print_differs(name, remarks):
    said = [stage.remark for stage in EXAMPLES[name]().steps if stage.remark]
    assert len(said) == len(remarks)
    assert all(part in whole for part, whole in zip(remarks, said, strict=True))


def test_the_shell_works_an_example_through(capsys, drain):
    assert cli.main(["lab", "example", "a"]) == 0
    assert "0.7211 0.7521" in capsys.readouterr().out
    assert cli.main(["lab", "example", "b", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["steps"]) == 7
    with pytest.raises(UserError, match="There is no example d"):
        drain(Studio().run(Example("d")))

"""The textbook's examples worked through, stage by stage, in float64, beside what is printed.

Printed figures are rounded as they went; where a print differs from the exact value by more than
that, the stage says so.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.job import Job, Step
from engine.specs_lab_live import Example, Worked, WorkedStep

Numbers = NDArray[np.float64]
HALF_LAST = 0.5001  # of the last printed digit: more than that is no rounding


def run(spec: Example) -> Job:
    """The example of that name, a `Step` for each stage."""
    if spec.name not in EXAMPLES:
        names = ", ".join(EXAMPLES)
        raise UserError(f"There is no example {spec.name}.", f"Choose one of: {names}.")
    worked = EXAMPLES[spec.name]()
    for number, stage in enumerate(worked.steps, start=1):
        yield Step(number, len(worked.steps), stage.title)
    return worked


def stage(
    title: str,
    formula: str,
    exact: Numbers | float,
    printed: Sequence[str] = (),
    *,
    layer: int | None = None,
) -> WorkedStep:
    """One stage; a remark where the print is not the exact value rounded."""
    values = tuple(float(each) for each in np.atleast_1d(exact))
    remarks = []
    for value, text in zip(values, printed, strict=True) if printed else ():
        digits = len(text.partition(".")[2])
        if text and abs(float(text) - value) > HALF_LAST * 10**-digits:
            remarks.append(f"The book prints {text}; by hand it is {value:.{digits + 1}f}.")
    return WorkedStep(title, formula, values, tuple(printed), " ".join(remarks), layer)


def sigmoid(x: Numbers) -> Numbers:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def autoencoder() -> Worked:
    """(a) A 4-2-4 sigmoid autoencoder, forward once."""
    w_e = np.array([[0.5, 0.3, 0.2, 0.1], [0.2, 0.4, 0.3, 0.6]])
    w_d = np.array([[0.4, 0.3], [0.2, 0.5], [0.6, 0.1], [0.3, 0.4]])
    b_e, b_d = np.array([0.1, 0.2]), np.full(4, 0.1)
    x = np.array([1, 0.8, 0.3, 0.5])
    a = w_e @ x + b_e
    z = sigmoid(a)
    o = w_d @ z + b_d
    r = sigmoid(o)
    error = x - r
    loss = 0.5 * float(error @ error)
    return Worked(
        "A 4-2-4 sigmoid autoencoder",
        "We = [[.5 .3 .2 .1] [.2 .4 .3 .6]], be = [.1 .2], Wd = [[.4 .3] [.2 .5] [.6 .1] [.3 .4]], "
        "bd = .1 each, x = [1 .8 .3 .5]",
        (
            stage("Sums of the encoder", "a = We x + be", a, layer=1),
            stage("Code", "z = sigmoid(a)", z, ("0.721", "0.752"), layer=1),
            stage("Sums of the decoder", "o = Wd z + bd", o, layer=2),
            stage("Output", "r = sigmoid(o)", r, ("0.649", "0.650", "0.647", "0.649"), layer=2),
            stage("Error", "e = x - r", error),
            stage("Loss", "L = 1/2 sum e^2", loss, ("0.144",)),
        ),
        tuple(x.tolist()),
    )


def duel() -> Worked:
    """(b) One look at a GAN of one dimension."""
    real = np.array([2.1, 1.8, 2.3, 1.9])
    z = np.array([0.5, -0.3, 1.2, -0.8])
    made = 0.5 * z
    on_real, on_made = sigmoid(real - 2), sigmoid(made - 2)
    loss_d = -np.log(on_real).mean() - np.log(1 - on_made).mean()
    logs = ("", "", "", "-0.748")
    return Worked(
        "A GAN of one dimension",
        "G(z) = z / 2, D(x) = sigmoid(x - 2), real x = [2.1 1.8 2.3 1.9], z = [.5 -.3 1.2 -.8]",
        (
            stage("Generated", "G(z) = z / 2", made),
            stage("D on real", "D(x)", on_real),
            stage("Its logarithms", "log D(x)", np.log(on_real), logs),
            stage("D on generated", "D(G(z))", on_made),
            stage("Logarithms of the rest", "log(1 - D(G(z)))", np.log(1 - on_made)),
            stage(
                "Discriminator's loss",
                "L_D = -mean log D(x) - mean log(1 - D(G(z)))",
                float(loss_d),
                ("0.830",),
            ),
            stage(
                "Generator's loss", "L_G = -mean log D(G(z))", -np.log(on_made).mean(), ("2.070",)
            ),
        ),
    )


def normal(x: Numbers, mean: float, sigma: float) -> Numbers:
    """N(x; mean, sigma^2)."""
    scale = sigma * math.sqrt(2 * math.pi)
    return np.asarray(np.exp(-0.5 * ((x - mean) / sigma) ** 2) / scale)


def kl(mean_p: float, sigma_p: float, mean_q: float, sigma_q: float) -> float:
    """KL(p || q) of two Gaussians, in nats."""
    apart = sigma_p**2 + (mean_p - mean_q) ** 2
    return math.log(sigma_q / sigma_p) + apart / (2 * sigma_q**2) - 0.5


def divergences() -> Worked:
    """(c) KL divergence, ELBO and the best discriminator, each beside a numerical integral."""
    x = np.linspace(-30, 30, 120_001)
    dx = float(x[1] - x[0])
    p, q = normal(x, 0, 1), normal(x, 1, 2)
    by_sum = float((p * (np.log(p + 1e-300) - np.log(q + 1e-300))).sum()) * dx
    seen, sigma, mean_q, sigma_q = 1.5, 0.5, 1.0, 0.6
    evidence = math.log(float((normal(x, 0, 1) * normal(seen - x, 0, sigma)).sum()) * dx)
    spread = sigma_q**2 + (seen - mean_q) ** 2
    likelihood = -0.5 * math.log(2 * math.pi * sigma**2) - spread / (2 * sigma**2)
    bound = likelihood - kl(mean_q, sigma_q, 0, 1)
    variance = sigma**2 / (1 + sigma**2)
    gap = kl(mean_q, sigma_q, seen / (1 + sigma**2), math.sqrt(variance))
    places = np.array([-1.0, 0.0, 1.0, 3.0])
    best = normal(places, 0, 1) / (normal(places, 0, 1) + normal(places, 1, 2))
    star = p / (p + q + 1e-300)
    value = float((p * np.log(star + 1e-300) + q * np.log(1 - star + 1e-300)).sum()) * dx
    return Worked(
        "Divergences",
        "p = N(0, 1), q = N(1, 4). Then z ~ N(0, 1), x | z ~ N(z, 1/4), x = 1.5, q(z) = N(1, .36)",
        (
            stage(
                "KL(p || q)",
                "log(s_q/s_p) + (s_p^2 + (m_p-m_q)^2)/(2 s_q^2) - 1/2",
                kl(0, 1, 1, 2),
            ),
            stage("The same by sums", "sum p (log p - log q) dx", by_sum),
            stage("KL(q || p)", "another number: no distance", kl(1, 2, 0, 1)),
            stage("Evidence, by sums", "log p(x) = log sum p(x | z) p(z) dz", evidence),
            stage("ELBO", "E_q log p(x | z) - KL(q || p(z))", bound),
            stage("What it misses", "KL(q || p(z | x)) = log p(x) - ELBO", gap),
            stage("Best discriminator", "D* = p / (p + q) at -1, 0, 1, 3", best),
            stage("Its value, by sums", "E_p log D* + E_q log(1 - D*)", value),
            stage("Where p = q", "D* = 1/2, and the value -log 4", -math.log(4)),
        ),
    )


EXAMPLES: dict[str, Callable[[], Worked]] = {
    "a": autoencoder,
    "b": duel,
    "c": divergences,
}

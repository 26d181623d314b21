"""What the lab's models are: the idea, the loss and where it comes from, in a few lines each.

Plain data for people who read on the side: `ABOUT[key]`, the keys being the choices of
`engine.specs_lab` and, for experiments without one, the experiments' names. No torch.
"""
# ruff: noqa: RUF001 - formulas are written with Greek letters and a minus sign

from typing import NamedTuple


class About(NamedTuple):
    """A sentence, the loss as a formula, the paper and the place in it."""

    idea: str
    loss: str
    paper: str


GAN_VALUE = "D: −E[log D(x)] − E[log(1 − D(G(z)))]"
ABOUT: dict[str, About] = {
    "undercomplete": About(
        "A code smaller than the picture has to choose what to keep.",
        "L = |x − g(f(x))|²",
        "Rumelhart, Hinton and Williams 1986; Goodfellow et al., Deep Learning, 14.1",
    ),
    "overcomplete": About(
        "A code larger than the picture, kept from copying by a penalty on the weights.",
        "L = |x − g(f(x))|² + λ|W|²/2",
        "Goodfellow et al., Deep Learning, 2016, 14.2",
    ),
    "denoising": About(
        "Noise goes in, the clean picture is asked for.",
        "L = |x − g(f(x̃))|², x̃ = x + σn",
        "Vincent, Larochelle, Bengio and Manzagol 2008, eq. 5",
    ),
    "convolutional": About(
        "The same few weights serve every place of the picture.",
        "L = |x − g(f(x))|², f and g convolutions",
        "Masci, Meier, Cireşan and Schmidhuber 2011",
    ),
    "sparse": About(
        "Few units may be awake at a time, so each learns to stand for something.",
        "L = |x − r|² + λ Σ|hᵢ|, or + λ Σ KL(ρ ‖ ρⱼ)",
        "Deep Learning, 14.2.1; Ng, CS294A lecture notes, 2011",
    ),
    "contractive": About(
        "Small changes of the picture shall not change the code.",
        "L = |x − r|² + λ|∂h/∂x|²",
        "Rifai, Vincent, Muller, Glorot and Bengio 2011, eqs. 4 and 6",
    ),
    "stacked": About(
        "Depth one layer at a time; then all layers learn together.",
        "L = |hₖ − gₖ(fₖ(hₖ))|² for each layer k, then |x − r|²",
        "Bengio, Lamblin, Popovici and Larochelle 2007, section 3",
    ),
    "recurrent": About(
        "Reads the picture row by row, and writes it row by row out of one code.",
        "L = |x − r|²",
        "Srivastava, Mansimov and Salakhutdinov 2015, section 2.2",
    ),
    "variational": About(
        "A code that is a distribution: what lies between codes can be drawn from.",
        "L = −E[log p(x|z)] + β KL(q(z|x) ‖ N(0, 1))",
        "Kingma and Welling 2014, eq. 3; Higgins et al. 2017, eq. 4",
    ),
    "adversarial": About(
        "A discriminator makes the codes look like a normal distribution.",
        "L = |x − r|²; then D and the encoder play a GAN's game on the codes",
        "Makhzani, Shlens, Jaitly, Goodfellow and Frey 2016, section 2",
    ),
    "minimax": About(
        "Both sides play for the same value; a sure D leaves G nothing to learn from.",
        f"{GAN_VALUE}\nG: E[log(1 − D(G(z)))]",
        "Goodfellow et al. 2014, eq. 1",
    ),
    "non-saturating": About(
        "The same D; a G with gradients even when it loses.",
        f"{GAN_VALUE}\nG: −E[log D(G(z))]",
        "Goodfellow et al. 2014, section 3",
    ),
    "wgan": About(
        "A critic measures how far apart the clouds are; clipped weights keep it honest.",
        "D: E[f(G(z))] − E[f(x)], weights in [−c, c]\nG: −E[f(G(z))]",
        "Arjovsky, Chintala and Bottou 2017, eq. 3",
    ),
    "wgan-gp": About(
        "A critic whose slope is held at 1 between the clouds.",
        "D: E[f(G(z))] − E[f(x)] + λE[(|∇f(x̂)| − 1)²]\nG: −E[f(G(z))]",
        "Gulrajani et al. 2017, eq. 3",
    ),
    "dcgan": About(
        "Convolutions on both sides: the first GAN whose pictures people liked.",
        f"{GAN_VALUE}\nG: −E[log D(G(z))]",
        "Radford, Metz and Chintala 2016, section 3",
    ),
    "conditional": About(
        "Both sides are told the class: ask for a seven and get one.",
        "D: −E[log D(x|y)] − E[log(1 − D(G(z|y)))]\nG: −E[log D(G(z|y))]",
        "Mirza and Osindero 2014, eq. 2; Miyato and Koyama 2018",
    ),
    "ddpm": About(
        "Noise is taken back in every one of the steps in which it was added.",
        "L = |ε − ε_θ(x_t, t)|²",
        "Ho, Jain and Abbeel 2020, eq. 14 and algorithm 2",
    ),
    "ddim": About(
        "The same network, larger steps, nothing thrown on the way: far fewer of them.",
        "L = |ε − ε_θ(x_t, t)|²",
        "Song, Meng and Ermon 2021, eq. 12",
    ),
    "score": About(
        "The same network read as the slope of the log density; noise flows back along it.",
        "L = |ε − ε_θ(x_t, t)|², score = −ε_θ / √(1 − ᾱ_t)",
        "Song et al. 2021 (SDE), eq. 6",
    ),
    "map": About(
        "PCA is the best linear map; an autoencoder bends it, a VAE also fills the gaps.",
        "AE: |x − r|²   VAE: −E[log p(x|z)] + β KL",
        "Pearson 1901; Hinton and Salakhutdinov 2006; Kingma and Welling 2014",
    ),
    "denoise": About(
        "One autoencoder a level; median and non-local means get the best of their settings.",
        "L = |x − g(f(x + σn))|²",
        "Vincent et al. 2008; Buades, Coll and Morel 2005",
    ),
    "odd-one-out": About(
        "What is badly reconstructed is odd; errors count in the usual pieces' deviations.",
        "score = (|x − r| − μ) / σ at the oddest places",
        "Sakurada and Yairi 2014",
    ),
    "augment": About(
        "A conditional GAN learns from the same few labelled pictures, nothing else.",
        "D: −E[log D(x|y)] − E[log(1 − D(G(z|y)))]",
        "Mirza and Osindero 2014, eq. 2",
    ),
    "squeeze": About(
        "Small weights go, the others learn on; or every weight gets few bits.",
        "w ≈ s·q, q whole, |q| < 2ᵇ⁻¹",
        "Han et al. 2015, section 3; Li et al. 2017; Jacob et al. 2018, eq. 1",
    ),
}
CHOICES = ("model", "maker", "loss", "sampler")  # settings whose value is a key


def key_of(spec: object) -> str:
    """What a spec trains, or the experiment where nothing is to be chosen."""
    for name in CHOICES:
        if hasattr(spec, name):
            return str(getattr(spec, name))
    return str(getattr(spec, "experiment", ""))

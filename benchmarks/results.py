"""The table of what shipped models score, beside published figures: `weights/RESULTS.md`.

    python -m benchmarks.results

Everything measured comes from the models' own cards, where benchmarks/quality.py puts it.
"""

from engine import catalogue, places
from engine.catalogue import Entry

PUBLISHED = {
    "denoise": (
        ("CBSD68 sigma 15 PSNR", "CBSD68 sigma 25 PSNR", "CBSD68 sigma 50 PSNR"),
        {
            "CBM3D": (33.52, 30.71, 27.38),
            "FFDNet": (33.87, 31.21, 27.96),
            "DnCNN (CDnCNN)": (33.89, 31.23, 27.92),
            "DRUNet (32.6 M parameters)": (34.30, 31.69, 28.51),
        },
    ),
    "denoise-grey": (
        ("BSD68 sigma 15 PSNR", "BSD68 sigma 25 PSNR", "BSD68 sigma 50 PSNR"),
        {
            "BM3D": (31.07, 28.57, 25.62),
            "DnCNN-S": (31.73, 29.23, 26.23),
            "FFDNet": (31.63, 29.19, 26.29),
            "DRUNet": (31.91, 29.48, 26.59),
        },
    ),
    "upscale-2x": (
        ("Set5 x2 PSNR-Y", "Set14 x2 PSNR-Y", "Set5 x2 SSIM-Y", "Set14 x2 SSIM-Y"),
        {
            "bicubic": (33.66, 30.24, 0.9299, 0.8688),
            "SRCNN": (36.66, 32.45, 0.9542, 0.9067),
            "VDSR (666 K parameters)": (37.53, 33.03, 0.9587, 0.9124),
            "IMDN (694 K parameters)": (38.00, 33.63, 0.9605, 0.9177),
        },
    ),
    "upscale-4x": (
        ("Set5 x4 PSNR-Y", "Set14 x4 PSNR-Y", "Set5 x4 SSIM-Y", "Set14 x4 SSIM-Y"),
        {
            "bicubic": (28.42, 26.00, 0.8104, 0.7027),
            "SRCNN": (30.48, 27.50, 0.8628, 0.7513),
            "VDSR (665 K parameters)": (31.35, 28.01, 0.8838, 0.7674),
            "IMDN (715 K parameters)": (32.21, 28.58, 0.8948, 0.7811),
        },
    ),
}
HEAD = """# What the shipped models score

Written by `python -m benchmarks.results` from the cards inside the model files; measured by
`python -m benchmarks.quality --sets DIR --write`. Every other row is published, not measured here.

Denoising: Gaussian noise added in float and not clipped, PSNR in dB over all channels after
rounding to 8 bits. Enlarging: inputs made by antialiased bicubic like MATLAB's and rounded to 8
bits, PSNR in dB and SSIM on the Y channel (BT.601) with a border of `scale` px cut. The two are
never comparable with each other, nor with RGB figures of enlargers.
"""


def main() -> None:
    """Write the table."""
    parts = [HEAD] + [section(entry) for entry in catalogue.entries()]
    (places.shipped("weights") / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def section(entry: Entry) -> str:
    """One model: what it is, its figures, published ones, and how it was made."""
    card = entry.card
    columns, rows = PUBLISHED.get(entry.id, (tuple(card.scores), {}))
    measured = tuple(card.scores.get(name, float("nan")) for name in columns)
    lines = [
        f"## {entry.id}: {card.title}",
        "",
        f"{card.architecture}, {entry.parameters / 1e6:.2f} M parameters, "
        f"{entry.bytes / 2**20:.1f} MiB. Trained on {card.data}: {card.training}.",
        "",
        "| | " + " | ".join(columns) + " |",
        "|--|" + "--:|" * len(columns),
        line(f"**{entry.id}**", measured),
        *(line(name, figures) for name, figures in rows.items()),
        "",
        f"`{card.command}`",
        "",
    ]
    return "\n".join(lines)


def line(name: str, figures: tuple[float, ...]) -> str:
    """A row; similarities below 1 get four digits, decibels two."""
    return f"| {name} | " + " | ".join(f"{x:.4f}" if x < 1 else f"{x:.2f}" for x in figures) + " |"


if __name__ == "__main__":
    main()

"""Published figures of restoration networks, to be read beside measured ones.

Only figures of one protocol stand in one table. Sources: the papers and repositories of DnCNN,
FFDNet, DPIR (DRUNet), SwinIR, IMDN, RFDN and RLFN. Multiply-adds a pixel of the result come from
the printed totals for 1280 x 720, or from the layers (DnCNN, FFDNet).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """A published network: its figures in the comparison's columns, None where none is printed.

    `parameters` in thousands; `multiply_adds` in thousands a pixel of the result.
    """

    name: str
    parameters: float | None
    multiply_adds: float | None
    figures: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One protocol: names of scores as cards have them, and peers measured the same way.

    `beside`: the peers that a short table has room for.
    """

    title: str
    columns: tuple[str, ...]
    peers: tuple[Peer, ...]
    beside: tuple[str, ...] = ()


def levels(*sets: str) -> tuple[str, ...]:
    """Names of PSNR scores at the three usual noise levels."""
    return tuple(f"{name} sigma {level} PSNR" for name in sets for level in (15, 25, 50))


def enlarging(scale: int) -> tuple[str, ...]:
    """Names of scores on luma at one scale."""
    return tuple(f"{name} x{scale} {of}-Y" for of in ("PSNR", "SSIM") for name in ("Set5", "Set14"))


COLOUR = Comparison(
    "Colour pictures with Gaussian noise, PSNR in dB over all channels",
    levels("CBSD68"),
    (
        Peer("CBM3D", None, None, (33.52, 30.71, 27.38)),
        Peer("IRCNN", None, None, (33.86, 31.16, 27.86)),
        Peer("CDnCNN", None, 667.0, (33.89, 31.23, 27.92)),
        Peer("FFDNet", None, 212.8, (33.87, 31.21, 27.96)),
        Peer("BRDNet", None, None, (34.10, 31.43, 28.16)),
        Peer("DRUNet", 32600, None, (34.30, 31.69, 28.51)),
        Peer("SwinIR", None, None, (34.42, 31.78, 28.56)),
    ),
    ("FFDNet", "DRUNet"),
)
GREY = Comparison(
    "Grey pictures with Gaussian noise, PSNR in dB",
    levels("BSD68", "Set12"),
    (
        Peer("BM3D", None, None, (31.07, 28.57, 25.62, None, None, None)),
        Peer("DnCNN-S", None, 554.1, (31.73, 29.23, 26.23, 32.86, 30.44, 27.18)),
        Peer("FFDNet", None, 121.1, (31.63, 29.19, 26.29, 32.75, 30.43, 27.32)),
        Peer("DRUNet", 32600, None, (31.91, 29.48, 26.59, 33.25, 30.94, 27.90)),
        Peer("SwinIR", None, None, (31.97, 29.50, 26.58, 33.36, 31.01, 27.91)),
    ),
    ("DnCNN-S", "DRUNet"),
)
TWICE = Comparison(
    "Twice as large, PSNR in dB and SSIM on luma",
    enlarging(2),
    (
        Peer("bicubic", None, None, (33.66, 30.24, 0.9299, 0.8688)),
        Peer("SRCNN", None, None, (36.66, 32.45, 0.9542, 0.9067)),
        Peer("VDSR", 666, None, (37.53, 33.03, 0.9587, 0.9124)),
        Peer("EDSR-baseline", 1370, None, (37.99, 33.57, 0.9604, 0.9175)),
        Peer("CARN", 1592, 241.8, (37.76, 33.52, None, None)),
        Peer("IMDN", 694, 172.3, (38.00, 33.63, 0.9605, 0.9177)),
        Peer("RFDN", 534, None, (38.05, 33.68, 0.9606, 0.9184)),
        Peer("RLFN", 527, None, (38.07, 33.72, None, None)),
        Peer("SwinIR-light", 878, 212.2, (38.14, 33.86, 0.9611, 0.9206)),
    ),
    ("bicubic", "IMDN"),
)
FOUR_TIMES = Comparison(
    "Four times as large, PSNR in dB and SSIM on luma",
    enlarging(4),
    (
        Peer("bicubic", None, None, (28.42, 26.00, 0.8104, 0.7027)),
        Peer("SRCNN", None, None, (30.48, 27.50, 0.8628, 0.7513)),
        Peer("VDSR", 665, 664.7, (31.35, 28.01, 0.8838, 0.7674)),
        Peer("SRResNet", 1500, None, (32.05, 28.49, 0.9019, 0.8184)),
        Peer("SRGAN (perceptual)", 1500, None, (29.40, 26.02, 0.8472, 0.7397)),
        Peer("CARN", 1592, 98.6, (32.13, 28.60, 0.8937, 0.7806)),
        Peer("IMDN", 715, 44.4, (32.21, 28.58, 0.8948, 0.7811)),
        Peer("RFDN", 550, 25.9, (32.24, 28.61, 0.8952, 0.7819)),
        Peer("RLFN", 543, None, (32.24, 28.62, None, None)),
        Peer("SwinIR-light", 897, 53.8, (32.44, 28.77, 0.8976, 0.7858)),
    ),
    ("bicubic", "IMDN"),
)
COMPARISONS = (COLOUR, GREY, TWICE, FOUR_TIMES)


def beside(score: str) -> tuple[tuple[str, float], ...]:
    """(peer, figure) to be named next to a measured score."""
    found: list[tuple[str, float]] = []
    for comparison in COMPARISONS:
        if score in comparison.columns:
            column = comparison.columns.index(score)
            chosen = (peer for peer in comparison.peers if peer.name in comparison.beside)
            found += [
                (peer.name, figure)
                for peer in chosen
                if (figure := peer.figures[column]) is not None
            ]
    return tuple(found)

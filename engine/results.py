"""What models score, in rows for people: a table for the shell, and the page `RESULTS.md`.

Everything measured comes from the models' own cards, where the benchmark puts it.
"""

from collections.abc import Iterable, Sequence

from engine import published
from engine.catalogue import COST, Card, Entry
from engine.job import Table
from engine.published import Comparison, Peer

FINE = ("SSIM", "LPIPS", "L1", "recall", "precision", "chroma")
HEAD = """# What the shipped models score

Written by `safelight benchmark --sets DIR --write` from the cards inside the model files. Every row
but the bold ones is published, not measured here.

- Noise: Gaussian, added in float and not clipped; PSNR in dB over all channels after rounding to
  8 bits.
- Enlarging: inputs made by antialiased bicubic reduction as MATLAB's imresize does it, rounded to
  8 bits; PSNR and SSIM on the Y channel (BT.601, 16 to 235) with a border of `scale` px cut. Set14
  holds two grey pictures, which count as colour ones here, as they do for IMDN and later networks;
  the rows bicubic, SRCNN and VDSR come from an older protocol that takes the grey of one of them as
  it is, which costs 0.09 dB.
- JPEG: the Y channel of Set14, rounded, compressed as a grey picture and opened again; the network
  is told the quality. PSNR-B counts visible 8 px blocks as error. Papers print such figures for
  other sets, so none stand beside these.
- Camera noise: pictures of a real camera against the mean of many shots, the level of the noise
  estimated as in the app.
- Holes: the middle 256 px of the first 50 pictures of CBSD68, free-form holes over 10 to 30 % of
  each; PSNR inside the hole alone, LPIPS of the whole crop. Telea is OpenCV's, with a radius of 5.
- Old photos: damaged pictures beside the same without damage; recall and precision of the proposed
  mask against what differs by more than 25 levels, PSNR before and after filling it in.
- Made grey: CBSD68, and the mended halves of old photos, reduced to BT.601 luma, rounded, coloured
  without hints, from a look and a mirrored look; chroma is the mean CIELAB chroma as a share of the
  original's, luma error the largest one, in levels.
- LPIPS-squeeze: LPIPS v0.1 on SqueezeNet over all channels, smaller is better; not comparable with
  published values on AlexNet or VGG.
- Fréchet: distance of what SqueezeNet sees in samples and in faces held back, smaller is better;
  not FID. Other real faces come to 210. The critics of the face model and of those without pairs
  looked with the same network, and a grid or noise flatters: look at the pictures, too.
- Sliced Wasserstein: distance of patches of 7 px at three sizes, times 1,000, for which no network
  is asked. "Translated" pictures were held back, "untouched" are the same before; both are compared
  with held-back pictures of the other domain.
- "Nearest learned": what the learned pair whose A is nearest would score, were its B the answer.
- Multiply-adds are those of convolutions and matrix products, in thousands a pixel of the result.

PSNR over all channels, PSNR on Y and PSNR of grey pictures are never comparable with each other.
"""


def table(measured: Iterable[tuple[Entry, dict[str, float]]]) -> Table:
    """Every score of every model, and what published networks reach."""
    rows: list[tuple[str | float, ...]] = []
    for entry, scores in measured:
        rows.append((entry.id, "thousand parameters", entry.parameters / 1e3, ""))
        for name, score in scores.items():
            if name == COST:
                rows.append((entry.id, f"thousand {COST}", score / 1e3, cost_beside(scores)))
            else:
                peers = published.beside(name)
                words = " · ".join(f"{peer} {figure(name, value)}" for peer, value in peers)
                rows.append((entry.id, name, score, words))
    return Table(("Model", "Measure", "Here", "Published"), tuple(rows))


def cost_beside(scores: dict[str, float]) -> str:
    """Multiply-adds of the peers that such scores stand beside."""
    peers = [
        f"{peer.name} {peer.multiply_adds:.1f}"
        for comparison in published.COMPARISONS
        if set(comparison.columns) & set(scores)
        for peer in comparison.peers
        if peer.name in comparison.beside and peer.multiply_adds is not None
    ]
    return " · ".join(peers)


def page(entries: Sequence[Entry]) -> str:
    """The whole of `RESULTS.md`."""
    return "\n".join([HEAD, *(section(entry) for entry in entries)])


def section(entry: Entry) -> str:
    """One model: what it is, its figures, published ones, and how it was made."""
    card = entry.card
    about = [card.architecture, f"{entry.parameters / 1e6:.2f} M parameters"]
    about += [f"{entry.bytes / 2**20:.1f} MiB"]
    if COST in card.scores:
        about.append(f"{card.scores[COST] / 1e3:.1f} thousand {COST}")
    lines = [f"## {entry.id}: {card.title}", "", f"{', '.join(about)}. {origin(card)}".rstrip(), ""]
    shown = {COST}
    for comparison in published.COMPARISONS:
        if set(comparison.columns) & set(card.scores):
            lines += [*compared(entry, comparison), ""]
            shown |= {*comparison.columns, *map(plain_bicubic, comparison.columns)}
    others = {name: score for name, score in card.scores.items() if name not in shown}
    if others:
        lines += ["| measured here | |", "|--|--:|"]
        lines += [f"| {name} | {figure(name, score)} |" for name, score in others.items()] + [""]
    if card.command:
        lines += [f"`{card.command}`", ""]
    return "\n".join(lines)


def origin(card: Card) -> str:
    """What it was trained on, in a sentence, as far as the card says."""
    words = ": ".join(part for part in (card.data, card.training) if part)
    return f"Trained on {words}." if words else ""


def compared(entry: Entry, comparison: Comparison) -> list[str]:
    """One protocol as a table: this model, what is measured beside it, and its peers."""
    scores, columns = entry.card.scores, comparison.columns
    here = Peer(
        f"**{entry.id}**",
        entry.parameters / 1e3,
        scores[COST] / 1e3 if COST in scores else None,
        tuple(scores.get(name) for name in columns),
    )
    plain = tuple(scores.get(plain_bicubic(name)) for name in columns)
    rows = [here, *([Peer("**bicubic, here**", None, None, plain)] if any(plain) else [])]
    return [
        f"{comparison.title}:",
        "",
        "| | K parameters | K multiply-adds | " + " | ".join(columns) + " |",
        "|--|--:|--:|" + "--:|" * len(columns),
        *(line(peer, columns) for peer in (*rows, *comparison.peers)),
    ]


def plain_bicubic(score: str) -> str:
    """The score that bicubic enlargement gets under the same protocol."""
    first, _, last = score.rpartition(" ")
    return f"{first} bicubic {last}"


def line(peer: Peer, columns: Sequence[str]) -> str:
    """A row; what nobody printed is a dash."""
    cells = [thousands(peer.parameters), thousands(peer.multiply_adds)]
    for name, value in zip(columns, peer.figures, strict=True):
        cells.append("-" if value is None else figure(name, value))
    return f"| {peer.name} | " + " | ".join(cells) + " |"


def thousands(size: float | None) -> str:
    """A size in thousands, with a decimal where it is small."""
    if size is None:
        return "-"
    return f"{size:.0f}" if size >= 1000 else f"{size:.1f}"


def figure(name: str, value: float) -> str:
    """Similarities, distances and shares get four digits, decibels two."""
    return f"{value:.4f}" if any(word in name for word in FINE) else f"{value:.2f}"

"""How it looks: two palettes of the same shape, and one style sheet made from them."""

from dataclasses import asdict, dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from engine import places

NAMES = (("system", "System"), ("dark", "Dark"), ("light", "Light"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours by what they are for.

    `fill` is the accent where text lies on it: dark enough for `onfill` to be read.
    """

    ground: str
    canvas: str
    film: str
    panel: str
    raised: str
    hover: str
    line: str
    track: str
    handle: str
    text: str
    quiet: str
    accent: str
    fill: str
    fillhover: str
    onfill: str
    good: str


DARK = Tokens(
    ground="#17181a",
    canvas="#101113",
    film="#15171a",
    panel="#1e2023",
    raised="#272a2e",
    hover="#2e3136",
    line="#303338",
    track="#34373c",
    handle="#e8e6e3",
    text="#e8e6e3",
    quiet="#9a9ca1",
    accent="#e8563f",
    fill="#cf4229",
    fillhover="#c23c25",
    onfill="#ffffff",
    good="#6fb98f",
)
LIGHT = Tokens(
    ground="#f4f3f1",
    canvas="#e5e3df",
    film="#fcfbfa",
    panel="#ffffff",
    raised="#f1efec",
    hover="#e9e6e2",
    line="#dcd9d4",
    track="#d9d5cf",
    handle="#4a4c50",
    text="#1d1e20",
    quiet="#626468",
    accent="#cf4229",
    fill="#cf4229",
    fillhover="#b93821",
    onfill="#ffffff",
    good="#2c7a50",
)


class Theme(QObject):
    """The tokens in use; says when they change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = "system"
        self.tokens = DARK
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    def use(self, name: str) -> None:
        """Switch to "system", "dark" or "light"."""
        self.name = name if name in dict(NAMES) else "system"
        self.tokens = _tokens(self.name)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(self.tokens))
            app.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    def colour(self, token: str) -> QColor:
        """A token as a colour."""
        return QColor(getattr(self.tokens, token))

    def _system_changed(self) -> None:
        if self.name == "system":
            self.use("system")


def _tokens(name: str) -> Tokens:
    if name == "system":
        light = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return LIGHT if light else DARK
    return LIGHT if name == "light" else DARK


def style_sheet(tokens: Tokens) -> str:
    """The style sheet with every @token filled in."""
    text = (places.shipped("assets") / "safelight.qss").read_text(encoding="utf-8")
    values = asdict(tokens) | {"icons": (places.shipped("assets") / "icons").as_posix()}
    for name in sorted(values, key=len, reverse=True):  # @fillhover before @fill
        text = text.replace(f"@{name}", values[name])
    return text


def palette(tokens: Tokens) -> QPalette:
    """What Qt's own dialogs and tool tips take their colours from."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.panel,
        role.WindowText: tokens.text,
        role.Base: tokens.raised,
        role.AlternateBase: tokens.panel,
        role.Text: tokens.text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.quiet,
        role.Highlight: tokens.fill,
        role.HighlightedText: tokens.onfill,
        role.Link: tokens.accent,
    }
    made = QPalette()
    for each, colour in colours.items():
        made.setColor(each, QColor(colour))
    return made


def interface_font() -> QFont:
    """Inter where it is installed, else the system's own."""
    font = QApplication.font()
    if "Inter" in QFontDatabase.families():
        font.setFamily("Inter")
    return font


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as the WCAG counts it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""The Transfer tab with one model of each kind, as headers without weights."""

from base64 import b64encode
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.domains import Domain
from gui import tabs
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs.transfer import TransferTab
from gui.theme import Theme
from tests.gui.fake_studio import FakeStudio
from tests.gui.headers import write_model

LABELS = (("ground", "#808080"), ("sky", "#4664aa"), ("tree", "#5a8c46"))


def sample() -> str:
    image = QImage(64, 32, QImage.Format.Format_RGB32)
    image.fill(QColor("#446688"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return b64encode(held.data()).decode()


def install(name: str, **about: Any) -> None:
    write_model(name, "transfer", extras=Domain(**about).extras())


def install_all() -> None:
    """One of each kind."""
    install("painting", source="photo", target="painting", partner="photo", sample=sample())
    install("photo", source="painting", target="photo", direction="b2a", partner="painting")
    install("sketch", kind="paired", source="drawing", target="face", edge=128, derived="edges")
    install("street", kind="paired", source="map", target="street", edge=128, palette=LABELS)
    install("style", kind="style", source="photo", target="painting")


def opened(qtbot: QtBot, engine: EngineThread, *, show: bool = True) -> TransferTab:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    made = TransferTab(tabs.Desk(engine, Prefs(), Notices(window), Theme()))
    qtbot.addWidget(made, before_close_func=lambda _: engine.close())
    made.resize(1100, 700)
    made.setVisible(show)
    return made


def asked(studio: FakeStudio, kind: type) -> list[Any]:
    return [spec for spec in studio.asked if isinstance(spec, kind)]


def said(tab: TransferTab) -> str:
    return " ".join(toast.accessibleName() for toast in tab.desk.notices.toasts)


def choose(tab: TransferTab, model: str) -> None:
    tab.picker.set_value(model)

"""The settings menu: theme, device, models folder, about."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from engine import places
from gui.prefs import Prefs
from gui.theme import NAMES, Theme

DEVICES = (("auto", "Automatic"), ("cpu", "CPU"), ("cuda", "Graphics card (CUDA)"))
ABOUT = """<h3>Safelight {version}</h3>
<p>A local darkroom for pictures. It works on this computer; nothing is sent anywhere.</p>
<p>Safelight is free software under the MIT licence. It stands on Qt and PySide6 (LGPL 3),
PyTorch (BSD), OpenVINO (Apache 2.0), OpenCV (Apache 2.0), Pillow (HPND) and NumPy (BSD).
The licence of each model stands in its card: <code>safelight models info</code>.</p>
<p>Your data: {data}</p>"""


class SettingsMenu(QMenu):
    """What concerns every tab."""

    device_chosen = Signal(str)
    import_model = Signal()

    def __init__(self, parent: QWidget, prefs: Prefs, theme: Theme) -> None:
        super().__init__(parent)
        self._prefs, self._theme = prefs, theme
        self._choice("Theme", NAMES, theme.name, self._use_theme)
        device = str(prefs.read("device", "auto"))
        self.addSeparator()
        self._choice("Device", DEVICES, device, self._use_device)
        self.addSeparator()
        self.addAction("Import a model…", self.import_model.emit)
        self.addAction("Models folder…", self.open_models)
        self.addAction("Folder of the log…", self.open_log)
        self.addSeparator()
        self.addAction("About Safelight", self.about)

    def open_models(self) -> None:
        """Show the folder for one's own models."""
        _show(places.data() / "models")

    def open_log(self) -> None:
        """Show where the log lies."""
        _show(places.data() / "logs")

    def about(self) -> None:
        """Version and licences."""
        QMessageBox.about(self.parentWidget(), "About Safelight", about_text())

    def _choice(
        self, name: str, choices: tuple[tuple[str, str], ...], now: str, use: object
    ) -> None:
        heading = self.addAction(name)
        heading.setEnabled(False)
        group = QActionGroup(self)
        for value, words in choices:
            action = QAction(words, self)
            action.setCheckable(True)
            action.setChecked(value == now)
            action.setData(value)
            group.addAction(action)
            self.addAction(action)
        group.triggered.connect(use)

    def _use_theme(self, action: QAction) -> None:
        self._prefs.write("theme", action.data())
        self._theme.use(action.data())

    def _use_device(self, action: QAction) -> None:
        self._prefs.write("device", action.data())
        self.device_chosen.emit(action.data())


def about_text() -> str:
    """The About box's words."""
    return ABOUT.format(version=places.VERSION, data=places.data())


def _show(folder: object) -> None:
    from pathlib import Path

    path = Path(str(folder))
    path.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

"""What is remembered between two starts: one ini file in the person's data folder."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from engine import places


class Prefs:
    """Plain values by key, kept as JSON so that a number comes back a number."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or places.data() / "settings.ini"
        self._store = QSettings(str(self._path), QSettings.Format.IniFormat)

    def read(self, key: str, default: Any = None) -> Any:
        """The value of `key`; the default where there is none or it is damaged."""
        text = self._store.value(key)
        if not isinstance(text, str):
            return default
        try:
            return json.loads(text)
        except ValueError:
            return default

    def write(self, key: str, value: Any) -> None:
        """Remember a plain value; paths become text."""
        self._store.setValue(key, json.dumps(value, default=str))

    def read_bytes(self, key: str) -> QByteArray:
        """Bytes kept by `write_bytes`."""
        return QByteArray.fromBase64(QByteArray(str(self.read(key, "")).encode("ascii", "ignore")))

    def write_bytes(self, key: str, value: QByteArray) -> None:
        """Remember bytes, such as a window's geometry."""
        self.write(key, bytes(value.toBase64().data()).decode("ascii"))

    def save(self) -> None:
        """Put everything on disk now."""
        self._store.sync()

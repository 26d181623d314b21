"""Model files without weights: their header is all that a menu reads."""

import json
import struct
from pathlib import Path
from typing import Any

from engine import places


def write_model(name: str, task: str = "denoise", **more: Any) -> Path:
    """A model in the person's own folder; `more` goes into its card."""
    card = {"architecture": "unet", "config": {}, "task": task, "title": name} | more
    header = json.dumps({"__metadata__": {"card": json.dumps(card)}}).encode()
    places.models().mkdir(parents=True, exist_ok=True)
    path = places.models() / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    return path

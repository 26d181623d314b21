"""Places that are kept between two starts."""

from engine.latent import plain
from engine.specs import Place
from gui.prefs import Prefs


def write_places(prefs: Prefs, key: str, places: list[Place]) -> None:
    """Remember these."""
    prefs.write(key, [plain.as_plain(place) for place in places])


def read_places(prefs: Prefs, key: str) -> list[Place]:
    """What was remembered; what is damaged is left out."""
    kept = prefs.read(key, [])
    found: list[Place] = []
    for each in kept if isinstance(kept, list) else []:
        try:
            found.append(plain.of_plain(each))
        except ValueError:
            continue
    return found

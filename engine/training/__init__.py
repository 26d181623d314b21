"""How networks learn here."""

"""The window: PySide6 over specs and events; it never sees a tensor."""

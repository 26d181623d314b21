"""The studio without a window: never imports Qt."""

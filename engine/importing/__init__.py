"""Model files of other programs: read as data, unwrapped, recognised."""

"""Speed and quality, measured on request; the tests do not run these."""

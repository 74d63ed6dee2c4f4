"""The HTTP door of signals."""

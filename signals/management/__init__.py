"""Commands of the signals app."""

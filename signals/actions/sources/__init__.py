"""Sources as people set them up: hooks and their secrets, mappings, pulls; and what comes in by them."""

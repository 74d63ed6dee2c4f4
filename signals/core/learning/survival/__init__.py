"""How long accounts stay: survival curves, the hazard of each month, and how good both are."""

"""WHAT WE SEE: intake of signals, features, health, risk."""

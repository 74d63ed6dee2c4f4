"""Frozen data for each screen, joined from the apps below, with finished strings."""

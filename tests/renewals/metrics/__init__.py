"""Kept figures: refreshed, rebuilt, restated; targets."""

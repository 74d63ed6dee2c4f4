"""Scorecards as they are edited: inheritance, changes, merging, previews. Works on definitions as plain data."""

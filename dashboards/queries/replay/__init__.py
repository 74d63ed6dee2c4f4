"""Replays as pages: the runs, what one of them found, row by row, within the record scope of who looks."""

"""Recorded history, read for replaying it. Nothing here writes, and nothing here has a channel."""

"""Replay: what is recorded comes again, what is changed is told, and nothing leaves."""

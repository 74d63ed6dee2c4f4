"""Bringing files in: staged, checked and compared in the database, written in one transaction, and undone."""

"""The pages of signals: sources, one source, unmatched signals, volumes."""

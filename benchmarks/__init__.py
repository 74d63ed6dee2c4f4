"""Ratios measured side by side: ours, a peer on the same work, the bare limit. Nothing here is a timed assert."""

"""Read what snapshots are made of, as it was known, and what was made of it. Nothing here writes."""

"""What reviews are decided from: the part of the book they look at, subjects with facts, figures, changes, packs."""

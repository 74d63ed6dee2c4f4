"""What the pages of reviews read: the list, one agenda with its open item, people and minutes, the pack, the series."""

"""The pages below /reviews/: the list, a review as it is held, people and minutes, the pack, decisions, series."""

"""The pages of imports: the list, one import, and its mapping."""

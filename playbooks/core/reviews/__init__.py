"""Regular reviews: when the next one is, what stands on its agenda and why, what may become of an item, its pack."""

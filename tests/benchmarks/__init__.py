"""The measuring is tested; what it measures is not."""

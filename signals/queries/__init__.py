"""Read signals, scores and the shipped rules; never write."""

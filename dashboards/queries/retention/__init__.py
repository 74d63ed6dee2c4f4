"""Retention for the page: what is asked, the figures, their rows down to contract lines, what was restated, targets."""

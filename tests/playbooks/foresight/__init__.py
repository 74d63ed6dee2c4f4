"""What is ahead: projection against execution, what is kept of it, feeds, replay."""

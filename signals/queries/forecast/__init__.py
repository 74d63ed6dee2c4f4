"""What the forecast reads: the book, what ended, what was said by when, and what a worker has drawn."""

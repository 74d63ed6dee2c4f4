"""Read rows and return facts; nothing here writes or reads the clock."""

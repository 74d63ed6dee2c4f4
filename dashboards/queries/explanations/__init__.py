"""Why a score is what it is: contributions down to signals, what changed, computed again, and why not in a list."""

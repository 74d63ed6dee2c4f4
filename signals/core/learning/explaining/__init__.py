"""Why a probability is what it is: parts of the log-odds that add up exactly. They are reasons, never causes."""

"""Commands: edges that read the clock and the arguments and call one action."""

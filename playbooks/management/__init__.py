"""Commands: edges that read the clock and the arguments and call the sweeps."""

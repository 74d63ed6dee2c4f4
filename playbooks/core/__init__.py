"""The decisions of playbooks: pure functions over frozen facts, with no database, clock, network or randomness."""

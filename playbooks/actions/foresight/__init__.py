"""See ahead by making the engine's own decisions on a clock of the mind. Sends nothing; writes only projections."""

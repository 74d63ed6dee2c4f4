"""A synthetic book of business with known truth, for the demo, for tests and for acceptance.

It is drawn from a passed-in random source: the same seed, day and laws give the same world.
"""

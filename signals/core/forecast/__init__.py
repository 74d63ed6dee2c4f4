"""The forecast of renewals: a distribution with shared factors, calls of people beside it, and what came of both.

Pure: arrays in, arrays out; every draw follows from a seed that is passed in. It reads no row and knows no page.
"""

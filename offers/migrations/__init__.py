"""The tables of offers, as they came."""

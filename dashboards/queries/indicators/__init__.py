"""The pages of indicators: what leads to a renewal, how well the work is done, by month from the kept tallies."""

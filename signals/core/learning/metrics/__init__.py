"""How good predicted probabilities are: order, honesty of the probabilities, and intervals over accounts."""

"""What metrics are made of, read: contracts as books, rates, kept movements and sums, renewals, targets."""

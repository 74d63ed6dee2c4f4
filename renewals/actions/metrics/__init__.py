"""Keep what figures are made of true to the contracts, and what people want them to reach."""

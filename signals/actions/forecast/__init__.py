"""What the forecast writes: calls, frozen calls, disagreements, the ledger, the distribution, scenarios."""

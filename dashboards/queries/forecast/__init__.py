"""What /forecast/ shows: the band and its parts, calls, scenarios, and the ledger."""

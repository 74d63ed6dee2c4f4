"""Prices, verdicts and approvals in words."""

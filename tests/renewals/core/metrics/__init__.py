"""Metrics: contracts, spans, movements, figures."""

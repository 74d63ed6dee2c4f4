"""Acceptance: data sets go in through the product's own commands, and its figures are held against their bars."""

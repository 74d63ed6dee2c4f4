"""The kinds of files that fill the tables of renewals, one module per noun. Signals add their own beside them."""

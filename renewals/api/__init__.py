"""What the HTTP API says of accounts. Edges only, no rules."""

"""The HTTP API's foundation: keys and scopes, problems, idempotent writes, cursor pages. Edges only, no rules."""

"""One file per screen: read the request, run a query or one action, render."""

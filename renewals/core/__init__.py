"""Pure decisions: no Django, no clock, no file, no network."""

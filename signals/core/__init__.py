"""Pure decisions about signals and scores: no Django, no clock, no file, no network."""

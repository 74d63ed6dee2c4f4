"""What /scores/ shows: the rules from signal to trigger, drafts, previews, versions, overrides."""

"""The pages below /scores/: rules, drafts, previews, versions, overrides."""

"""The pages of risk models below /scores/models/: the list of versions, and one version with its evidence."""

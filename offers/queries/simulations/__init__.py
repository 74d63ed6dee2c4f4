"""What a simulation reads: which renewals, what was decided of each, the clock of approvals, bare closings."""

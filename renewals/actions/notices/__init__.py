"""The writers of notices: planning with the contract, serving and proving, clauses, packs, closed days."""

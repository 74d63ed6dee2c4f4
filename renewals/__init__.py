"""WHO and WHAT: workspaces, people and roles, accounts, contacts, contracts, renewals, touchpoints, outcomes, audit."""

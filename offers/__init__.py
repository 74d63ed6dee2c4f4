"""WHAT WE MAY OFFER: library, pricing, policy, approvals. Its tables arrive with the offer library."""

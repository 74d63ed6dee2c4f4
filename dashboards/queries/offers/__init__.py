"""What the pages of offers, the policy, proposals and approvals show."""

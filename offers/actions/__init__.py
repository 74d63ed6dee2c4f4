"""What offers write: the library, the policy, proposals, requests and their answers."""

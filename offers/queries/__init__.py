"""What offers read: the library, the policy, the facts of a renewal, proposals and requests. Nothing is written."""

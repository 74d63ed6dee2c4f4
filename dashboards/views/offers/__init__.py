"""The pages below /offers/ and /approvals/, and the proposal of a renewal."""

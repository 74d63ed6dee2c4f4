"""What the documents claim is tested."""

"""What is decided about channels: providers, delivery events, mail that comes in, invitations. Calls nobody."""

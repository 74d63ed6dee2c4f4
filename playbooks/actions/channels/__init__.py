"""What is written about channels: their settings and breakers, what comes back through them, posts to the outside."""

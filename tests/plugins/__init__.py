"""What pytest needs to run this suite; each module is one plugin."""

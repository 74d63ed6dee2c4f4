"""Read learned risk models: versions with their bodies, what is in force, how they are doing."""

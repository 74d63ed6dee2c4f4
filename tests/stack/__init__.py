"""The supervisor, the commands of make, and the files that describe production."""

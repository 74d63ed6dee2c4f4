"""The rules as functions from one file to its offences, so that each can also be tried on a bad example."""

"""A trained model as a JSON document and back, without pickle: the same predictions bit for bit."""

"""One cell of text turned into a value, or into the reason why not. One module per type of value."""

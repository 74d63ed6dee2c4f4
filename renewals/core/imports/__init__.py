"""The rules of importing files: reading cells, mapping columns, judging rows, noticing what is odd. Pure."""

"""The one error of the stack: a sentence for the person at the terminal that says what is in the way and what to do."""


class StackError(Exception):
    """Something stands in the way of starting; `str(error)` is the whole sentence, fit to print without a traceback."""

"""How the names of columns, and words in their cells, are compared."""

import re

_SIGNS = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def plain_name(name: str) -> str:
    """Return a name without case, signs and camel humps."""
    return _SIGNS.sub("", name.casefold())


def name_words(name: str) -> list[str]:
    """Return the words of a name in lower case, parted at signs and camel humps."""
    return [word for word in _SIGNS.split(_CAMEL.sub("_", name).casefold()) if word]

"""Heavy libraries, loaded when they are first asked for something.

Every process of the house imports the learners, and few of them ever learn: loading the libraries with them made each
start, from a web worker to the smallest command, two seconds longer.
"""

import importlib
from typing import Any


class Late:
    """A module that is imported at the first use of a name in it."""

    def __init__(self, name: str) -> None:
        """Remember which module it is."""
        self.name = name

    def __getattr__(self, attribute: str) -> Any:
        """Return what the module has under this name; raises what importing it raises."""
        return getattr(importlib.import_module(self.name), attribute)

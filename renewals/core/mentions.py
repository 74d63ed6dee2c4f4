"""Who is named with an @ in a text. Knows names only, no people."""

from collections.abc import Mapping


def mentioned_ids(text: str, names: Mapping[int, str]) -> tuple[int, ...]:
    """Return the ids of the people whose full or first name follows an @, whatever its case, in the order of the ids.

    A first name that several people share names nobody: a wrong person must not be called.
    """
    spoken = text.casefold()
    firsts = [name.casefold().split(" ")[0] for name in names.values()]
    found = []
    for pk, name in sorted(names.items()):
        full = name.casefold()
        first = full.split(" ")[0]
        if _stands(f"@{full}", spoken) or (firsts.count(first) == 1 and _stands(f"@{first}", spoken)):
            found.append(pk)
    return tuple(found)


def _stands(call: str, text: str) -> bool:
    """Answer whether the call stands as a whole: not as the beginning of a longer name."""
    at = text.find(call)
    while at >= 0:
        after = text[at + len(call) : at + len(call) + 1]
        if len(call) > 1 and not after.isalnum():
            return True
        at = text.find(call, at + 1)
    return False

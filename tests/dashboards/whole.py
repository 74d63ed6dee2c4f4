"""A page as a browser shows it in the end: with the parts that load by themselves after its first view."""

import html
import re

from django.test import Client

LOADED = re.compile(r'hx-get="([^"]+)" hx-trigger="load"')


def parts_of(page: str) -> list[str]:
    """Return the addresses that a page asks for as soon as it stands."""
    return [html.unescape(address) for address in LOADED.findall(page)]


def whole_page(client: Client, address: str) -> str:
    """Return a page followed by each of its parts; a part that is refused fails."""
    page = client.get(address).content.decode()
    parts = [client.get(part, headers={"HX-Request": "true"}) for part in parts_of(page)]
    assert {part.status_code for part in parts} <= {200}
    assert all("<html" not in part.content.decode() for part in parts)
    return page + "".join(part.content.decode() for part in parts)

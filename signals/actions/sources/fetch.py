"""Fetch one JSON document from another system: the name is resolved once, every place it leads to must be public.

The connection goes to the place that was checked, redirects are not followed, sizes and waits are bounded.
"""

import http.client
import json
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings

from signals.actions.sources.line import cut_after, open_line
from signals.core.sources.addresses import LONGEST, Address, check_url
from signals.core.sources.errors import AddressRefused
from signals.core.sources.pages import Page, PullFailed, page_url, read_page
from signals.models import Pull

READ_SECONDS, WHOLE_SECONDS = 10.0, 60.0
LONGEST_PAGE_URL = 8_000
MOST_BYTES = 5 * 1024 * 1024
WORDS = {
    401: "They refused the token (401). Enter a new one.",
    403: "They refused access (403). The token needs the right to read.",
    404: "There is nothing at this address (404). Correct the address.",
    429: "They asked for fewer requests (429).",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPuller:
    """Pages of JSON over HTTP: the one Puller there is. `token` is sent in the pull's header, never elsewhere."""

    pull: Pull
    token: str = field(repr=False)

    def page(self, cursor: str) -> Page:
        """Return the page of the cursor; raise PullFailed or PageUnreadable."""
        url = page_url(self.pull.url, cursor_parameter=self.pull.cursor_parameter, cursor=cursor)
        try:
            home, address = checked(self.pull.url), checked(url, longest=LONGEST_PAGE_URL)
        except AddressRefused as error:
            raise PullFailed(error.what) from error
        if address.origin != home.origin:
            raise PullFailed("The next page lies on another host; it is not fetched.")
        document = fetch_json(address, headers={self.pull.header: self.token} if self.token else {})
        return read_page(document, items_path=self.pull.items_path, next_path=self.pull.next_path, cursor=cursor)


def checked(url: str, *, longest: int = LONGEST) -> Address:
    """Return the parts of an address that may be called; raise AddressRefused."""
    return check_url(url, allowed=settings.PULL_ALLOWED_HOSTS, longest=longest)


def fetch_json(address: Address, *, headers: dict[str, str]) -> Any:
    """Return the document at the address; raise PullFailed saying what went wrong."""
    given = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Perennial", **headers}
    try:
        connection = open_line(address, read_seconds=READ_SECONDS)
    except AddressRefused as error:
        raise PullFailed(error.what, is_fault=True) from error
    except (OSError, ssl.SSLError) as error:
        raise PullFailed(f"No connection: {_plain(error)}.", is_fault=True) from error
    # However slowly it drips: after a minute the line is cut, and the reading below ends.
    cut = cut_after(connection, WHOLE_SECONDS)
    try:
        connection.request("GET", address.target, headers=given)
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
    except UnicodeError as error:
        raise PullFailed("The token holds letters that no header may carry. Enter it anew.") from error
    except (OSError, http.client.HTTPException) as error:
        raise PullFailed(f"No complete answer: {_plain(error)}.", is_fault=True) from error
    finally:
        cut.cancel()
        connection.close()
    if answer.length and len(body) <= MOST_BYTES:
        raise PullFailed("No complete answer: it broke off.", is_fault=True)
    return _document(answer, body)


def _document(answer: http.client.HTTPResponse, body: bytes) -> Any:
    if answer.status != 200:
        asked = answer.getheader("Retry-After", "")
        wait = timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 6 else None
        is_fault = answer.status == 429 or answer.status >= 500
        raise PullFailed(_status_words(answer.status), retry_after=wait, is_fault=is_fault)
    if len(body) > MOST_BYTES:
        raise PullFailed("The page is larger than 5 MB. Ask for smaller pages.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PullFailed("The answer is not JSON. Correct the address.") from error


def _status_words(status: int) -> str:
    if 300 <= status < 400:
        return f"It leads elsewhere ({status}); redirects are not followed. Enter the final address."
    return WORDS.get(status, f"It answered {status}.")


def _plain(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:120]

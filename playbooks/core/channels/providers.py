"""The mail providers to choose from: which secrets each needs, whether it honours our key, how its events are known.

Added by a row here and by its name in the library that speaks to it; nothing else knows one provider from another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider. `api_secret` is the option of the sending library that takes the key we were given.

    `event_secret` is how its events prove themselves: `basic` (a password in the address, made here), `svix` or
    `mailgun` (a signing key made there). `has_key` tells whether a repeated idempotency key is answered with the first
    result; without it an unclear end is never tried again by itself.
    """

    key: str
    name: str
    api_secret: str
    event_secret: str
    has_key: bool
    has_tracking_choice: bool
    help: str

    @property
    def is_event_secret_ours(self) -> bool:
        """Answer whether we make the secret of its events and show it once."""
        return self.event_secret == "basic"  # noqa: S105 - the name of a way of signing


_EVERY = (
    Provider(
        key="resend",
        name="Resend",
        api_secret="api_key",  # noqa: S106 - the name of an option
        event_secret="svix",  # noqa: S106 - the name of a way of signing
        has_key=True,
        has_tracking_choice=False,
        help="Honours our key for 24 hours, so that an unclear end is tried again without a second copy.",
    ),
    Provider(
        key="postmark",
        name="Postmark",
        api_secret="server_token",  # noqa: S106 - the name of an option
        event_secret="basic",  # noqa: S106 - the name of a way of signing
        has_key=False,
        has_tracking_choice=True,
        help="Knows no idempotency key: a message that may have left is held and shown to a person.",
    ),
    Provider(
        key="mailgun",
        name="Mailgun",
        api_secret="api_key",  # noqa: S106 - the name of an option
        event_secret="mailgun",  # noqa: S106 - the name of a way of signing
        has_key=False,
        has_tracking_choice=True,
        help="Knows no idempotency key. Sends from the domain of the sender's address.",
    ),
)
PROVIDERS: Mapping[str, Provider] = MappingProxyType({each.key: each for each in _EVERY})

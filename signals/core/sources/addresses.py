"""Which addresses of other systems may be called from here: public https ones, plainly spelled, publicly resolved.

Guards against requests that a person makes us send into our own network. Names are resolved by the caller.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from signals.core.sources.errors import AddressRefused

LONGEST = 500
PORTS = (443, 8443)
HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
SECRET_NAME = re.compile(r"(^|[^a-z])(api)?(key|token|secret|password|passwd|pwd|auth|authorization|sig|signature)$")
PLAIN = re.compile(r"[\x21-\x7e]+")

# IANA's special-purpose registries, written out: what the standard library calls global has changed between versions.
_SPECIAL = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24
192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4
240.0.0.0/4 ::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48
3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
DENIED = tuple(ipaddress.ip_network(text) for text in _SPECIAL.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address taken apart. `is_named`: the operator allows this very host and port, wherever it is."""

    scheme: str
    host: str
    port: int
    target: str
    is_named: bool

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        return f"{self.scheme}://{self.host}:{self.port}"


def check_url(url: str, *, allowed: Collection[str] = (), longest: int = LONGEST) -> Address:
    """Return the parts of an address that may be called; raise AddressRefused saying why it may not.

    `allowed` holds "host:port" of the operator's own systems: they may be private and speak plain http.
    `longest` is how many characters it may have: the address of a page holds a cursor as well.
    """
    if len(url) > longest or not PLAIN.fullmatch(url) or "\\" in url:
        raise AddressRefused(f"The address must be printable ASCII without blanks, {longest:,} characters at most.")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefused("The address cannot be read.") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None or parts.fragment or "@" in parts.netloc:
        raise AddressRefused("The address holds a user, a password or a fragment.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_named = f"{host}:{port}" in allowed and parts.scheme in ("http", "https")
    if not is_named:
        _check_public(parts.scheme, host, port)
    return Address(scheme=parts.scheme, host=host, port=port, target=target, is_named=is_named)


def origin_of(url: str) -> str:
    """Return scheme and host of an address, which all pulls of one system share."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def check_keyless(url: str) -> None:
    """Raise AddressRefused for an address that carries a key: it would be shown on pages and kept in plain text."""
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if value and SECRET_NAME.search(name.lower()):
            raise AddressRefused(f"'{name[:40]}' carries a secret in the address. Enter it as the token instead.")


def check_places(address: Address, places: Collection[str]) -> str:
    """Return the place to connect to, the first one; raise AddressRefused unless every one of them is public."""
    if not places:
        raise AddressRefused(f"The name {address.host} leads nowhere.")
    if not address.is_named and not all(is_public(place) for place in places):
        raise AddressRefused(f"The name {address.host} leads into a private network.")
    return next(iter(places))


def is_public(place: str) -> bool:
    """Answer whether an IP address lies in the public internet."""
    try:
        found = ipaddress.ip_address(place.partition("%")[0])
    except ValueError:
        return False
    return not any(found in network for network in DENIED if network.version == found.version)


def _check_public(scheme: str, host: str, port: int) -> None:
    if scheme != "https":
        raise AddressRefused("Only https addresses are called.")
    if port not in PORTS:
        raise AddressRefused(f"Port {port} is not called; {' and '.join(map(str, PORTS))} are.")
    if not HOST.fullmatch(host) or "." not in host or host.endswith((".local", ".localhost", ".internal")):
        raise AddressRefused("The address needs the full public name of a host, not a number.")

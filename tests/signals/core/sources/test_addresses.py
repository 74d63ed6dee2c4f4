"""Which addresses may be called: none of the many spellings of our own network."""

import pytest

from signals.core.sources.addresses import check_keyless, check_places, check_url, is_public
from signals.core.sources.errors import AddressRefused

HOSTILE = r"""
http://example.com/ https://127.0.0.1/ https://127.1/ https://2130706433/ https://0x7f000001/ https://0177.0.0.1/
https://localhost/ https://localhost.localdomain:444/ https://a.local/ https://db.internal/ https://[::1]/
https://[::ffff:10.0.0.1]/ https://10.0.0.1/ https://169.254.169.254/latest/meta-data https://user:pw@example.com/
https://user@example.com/ https://example.com:22/ https://example.com:5432/ https://example.com:80/ ftp://example.com/
file:///etc/passwd gopher://example.com/ https:///path https://example.com/#x https://example.com\@evil.example/
https://exa%6dple.com/ https://①②⑦.0.0.1/ https://exämple.com/ https://example.com:99999/ https://example..com/
https://-a.com/ https://a_b.com/ https://1.2.3/ https://example.com:x/ //example.com/ example.com javascript:alert(1)
https://intranet/ https://metadata.google.internal/ https://192.0.0.192/ https://[fe80::1%25eth0]/ https://%00.com/
"""
PRIVATE = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 192.0.0.192 198.18.0.1 224.0.0.1
255.255.255.255 ::1 :: fe80::1 fc00::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:7f00:1:: 2001::1 ff02::1 nonsense
fe80::1%eth0 2001:db8::1
"""
ODD = ("https://example.com/a b", "https://example.com/\n", "", "https://" + "a" * 600)


@pytest.mark.parametrize("url", [*HOSTILE.split(), *ODD])
def test_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url)


@pytest.mark.parametrize("query", ["key=a", "api_key=a", "APIKEY=a", "x=1&access_token=a", "client-secret=a", "sig=a"])
def test_address_that_carries_a_key_is_refused(query: str) -> None:
    with pytest.raises(AddressRefused, match="carries a secret"):
        check_keyless(f"https://example.com/v1?{query}")


@pytest.mark.parametrize("query", ["", "limit=5", "key=", "monkey=1", "keys=id&token_kind=x", "design=a"])
def test_address_without_a_key_is_kept(query: str) -> None:
    check_keyless(f"https://example.com/v1?{query}")


def test_plain_address_is_taken_apart() -> None:
    address = check_url("https://API.example.com:8443/v1/events?limit=5")
    assert (address.origin, address.target) == ("https://api.example.com:8443", "/v1/events?limit=5")
    assert check_url("https://example.com").target == "/"
    assert check_url("https://xn--exmple-cua.com./x").host == "xn--exmple-cua.com"


@pytest.mark.parametrize("place", PRIVATE.split())
def test_private_place_is_not_public(place: str) -> None:
    assert not is_public(place)


def test_every_place_of_a_name_must_be_public() -> None:
    address = check_url("https://example.com/")
    assert check_places(address, ["93.184.216.34", "2606:2800:220:1::1"]) == "93.184.216.34"
    for places in (["93.184.216.34", "10.0.0.1"], ["::1"], []):
        with pytest.raises(AddressRefused):
            check_places(address, places)


def test_named_host_may_be_private_and_plain_at_its_port_alone() -> None:
    allowed = ["crm.intranet:8080"]
    address = check_url("http://crm.intranet:8080/x", allowed=allowed)
    assert check_places(address, ["10.0.0.7"]) == "10.0.0.7"
    for url in ("http://crm.intranet/x", "http://crm.intranet:8081/x", "ftp://crm.intranet:8080/x"):
        with pytest.raises(AddressRefused):
            check_url(url, allowed=allowed)

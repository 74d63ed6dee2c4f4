"""A line to another system: its name is resolved once, every place it leads to must be allowed, that place is called.

Speaks no protocol beyond opening the connection; follows nothing and retries nothing.
"""

import http.client
import socket
import ssl
import threading

from signals.core.sources.addresses import Address, check_places

CONNECT_SECONDS = 3.0


def open_line(address: Address, *, read_seconds: float) -> http.client.HTTPConnection:
    """Return a connection to the checked place that speaks to the host by its name.

    Raises AddressRefused when the name leads nowhere or into a private network, OSError when nobody answers.
    """
    place = check_places(address, _resolve(address))
    plain = socket.create_connection((place, address.port), timeout=min(CONNECT_SECONDS, read_seconds))
    plain.settimeout(read_seconds)
    connection = http.client.HTTPConnection(address.host, address.port, timeout=read_seconds)
    connection.sock = plain
    if address.scheme == "https":
        try:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
        except OSError:
            plain.close()
            raise
    return connection


def cut_after(connection: http.client.HTTPConnection, seconds: float) -> threading.Timer:
    """Start and return the timer that cuts the line, however slowly the other side drips; cancel it when done."""
    timer = threading.Timer(seconds, _cut, [connection.sock])
    timer.daemon = True
    timer.start()
    return timer


def _resolve(address: Address) -> list[str]:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(each[4][0]) for each in found]


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself

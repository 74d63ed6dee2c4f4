"""Which accounts fall into a share: always the same ones, by a hash of a salt and the account's id.

So who is held out survives restarts and imports, and two salts draw independently of each other.
"""

from hashlib import sha256

LOTS = 10_000
HASH_DIGITS = 15


def lot_of(salt: str, account_id: int) -> int:
    """Return the lot of an account under a salt, 0 to 9,999, each as likely as any other."""
    digest = sha256(f"{salt}:{account_id}".encode()).hexdigest()[:HASH_DIGITS]
    return int(digest, 16) % LOTS


def is_in_share(lot: int, percent: int) -> bool:
    """Answer whether a lot lies in the first `percent` of all; a larger share keeps those of a smaller one."""
    return lot < percent * LOTS // 100

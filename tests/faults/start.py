"""Start the servers of a fault run. Knows nothing of Django, whose settings read the addresses when they are loaded."""

import json
import socket
import tempfile
from pathlib import Path
from urllib.parse import quote, unquote

from config.stack.embedded import EmbeddedStack
from config.stack.servers import APP, OWNER, Postgres
from tests.faults.profiles import Profile


def prepare(profile: Profile) -> tuple[EmbeddedStack, dict[str, str]]:
    """Start the servers of a run and return them with the environment every process of the run gets."""
    home = Path(tempfile.mkdtemp(prefix="perennial-faults-"))
    stack = EmbeddedStack(home, ephemeral=False, max_connections=150).start()
    limits = {
        "lease_seconds": profile.lease_seconds,
        "steps_per_claim": 10,
        "messages_per_claim": 5,
        "idle_timeout_ms": int(profile.lease_seconds * 1000),
    }
    return stack, stack.environment() | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "PERENNIAL_HOME": str(home),
        "PERENNIAL_TESTING": "1",
        "SECRET_KEY": "only-for-faults",
        "FAULT_SUPERUSER_URL": stack.superuser_url(),
        "FAULT_LIMITS": json.dumps(limits),
        "WITNESS_PORT": str(_free_port()),
        "WITNESS_MODE": profile.provider_mode,
    }


def link_to(home: Path, stack: EmbeddedStack) -> dict[str, str]:
    """Let the name under which programs look for the database mean this cluster; returns their variables."""
    draft, link = home / "db.new", home / "db"
    draft.symlink_to(sockets_of(stack))
    draft.replace(link)
    name = quote(str(link))
    return {"DATABASE_URL": Postgres.url(APP, name), "DATABASE_OWNER_URL": Postgres.url(OWNER, name)}


def sockets_of(stack: EmbeddedStack) -> str:
    """The folder of a cluster's socket."""
    return unquote(stack.superuser_url().partition("host=")[2])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

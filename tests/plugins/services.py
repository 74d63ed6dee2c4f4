"""Start PostgreSQL and Valkey for this run, unless DATABASE_URL already names a server."""

import atexit
import os
import tempfile
from pathlib import Path

from config.stack.embedded import EmbeddedStack


def start_services() -> None:
    """Start once; workers of xdist find the addresses in the environment they inherit."""
    if "DATABASE_URL" in os.environ:
        return
    stack = EmbeddedStack(Path(tempfile.mkdtemp(prefix="perennial-test-")), ephemeral=True)
    stack.start()
    os.environ.update(stack.environment())
    atexit.register(stack.stop)

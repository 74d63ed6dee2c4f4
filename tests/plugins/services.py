"""Start PostgreSQL and Valkey for this run, unless DATABASE_URL names a server; the run gets a home of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.stack.embedded import EmbeddedStack


def start_services() -> None:
    """Start once; workers of xdist find home and addresses in the environment they inherit.

    The home is never the person's own: what tests note there (sent messages, unsubscribes) would hold their work up.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    home = Path(tempfile.mkdtemp(prefix="perennial-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["PERENNIAL_HOME"] = str(home)
    if "DATABASE_URL" in os.environ:
        return
    stack = EmbeddedStack(home, ephemeral=True).start()
    atexit.register(stack.stop)
    os.environ.update(stack.environment(), TEST_SUPERUSER_URL=stack.superuser_url())

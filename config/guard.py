"""What must be true of the settings before anything is served. Each problem says what, where and what to do."""

from typing import Any, Protocol

SHORTEST_SECRET = 32
KEY_TOO_SHORT = "SECRET_KEY is missing or shorter than 32 characters. Set it to a long random text."
SUPERUSER = "DATABASE_URL connects as the superuser 'postgres': workspaces would not be kept apart. Use perennial_app."


class Settings(Protocol):
    """The settings this guard reads."""

    SECRET_KEY: str
    DEBUG: bool
    TESTING: bool
    ALLOWED_HOSTS: list[str]
    PUBLIC_URL: str
    DATABASES: dict[str, dict[str, Any]]
    REDIS_URL: str


class RefusedToStart(RuntimeError):
    """The configuration is unsafe; the message lists every problem."""


def check_settings(settings: Settings) -> None:
    """Return when it is safe to serve, else raise RefusedToStart with all problems at once."""
    found = problems(settings)
    if found:
        raise RefusedToStart("Perennial does not start:\n" + "\n".join(f"- {problem}" for problem in found))


def problems(settings: Settings) -> tuple[str, ...]:
    """Return every problem of the settings, in words; an empty tuple is good."""
    if settings.TESTING:
        return ()
    database = settings.DATABASES["default"]
    found = {
        KEY_TOO_SHORT: len(settings.SECRET_KEY) < SHORTEST_SECRET,
        "DEBUG is on. Unset it: error pages would show the inside.": settings.DEBUG,
        "ALLOWED_HOSTS accepts any host. Name the hosts people use.": "*" in settings.ALLOWED_HOSTS,
        "PUBLIC_URL must begin with http:// or https://.": not settings.PUBLIC_URL.startswith(("http://", "https://")),
        "ALLOWED_HOSTS does not name the host of PUBLIC_URL. Add it.": _is_foreign(settings),
        "DATABASE_URL is not PostgreSQL. No other database enforces workspaces.": "postgresql"
        not in database["ENGINE"],
        SUPERUSER: database.get("USER") == "postgres",
        "REDIS_URL reaches another host without a password. Add one.": _is_open_redis(settings.REDIS_URL),
    }
    return tuple(text for text, is_wrong in found.items() if is_wrong)


def _is_foreign(settings: Settings) -> bool:
    return settings.PUBLIC_URL.startswith("https://") and _host(settings.PUBLIC_URL) not in settings.ALLOWED_HOSTS


def _host(address: str) -> str:
    return address.split("://", 1)[1].split("/", 1)[0].rsplit(":", 1)[0]


def _is_open_redis(address: str) -> bool:
    if address.startswith(("unix://", "redis+socket://")):
        return False
    rest = address.split("://", 1)[-1]
    host = rest.rsplit("@", 1)[-1].split(":", 1)[0].split("/", 1)[0]
    return host not in {"localhost", "127.0.0.1", "[", "valkey", "redis"} and "@" not in rest

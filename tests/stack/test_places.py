"""Where the servers live, and who may look."""

import os
import shutil
from pathlib import Path

import pytest

from config.stack import places
from config.stack.errors import StackError
from config.stack.places import ServiceUser, data_folder, prepared_home, service_user, socket_folder

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to the user 'nobody'")


def test_prepared_home_not_writable_is_refused() -> None:
    with pytest.raises(StackError, match=r"PERENNIAL_HOME is /proc/here, but it is not writable \(.*\)\. Set PEREN"):
        prepared_home(Path("/proc/here"))


def test_prepared_home_in_the_way_of_a_file_is_refused(home: Path) -> None:
    (home / "file").touch()
    with pytest.raises(StackError, match=r"not writable"):
        prepared_home(home / "file")


def test_prepared_home_without_space_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)._replace(free=5 * 1024**2)
    monkeypatch.setattr(places.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StackError, match=r"No space: 5 MB are free where .* and the servers need 300 MB"):
        prepared_home(home)


@as_root
def test_service_user_of_root_is_nobody_and_missing_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert service_user().owner == 65534

    def missing(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(places.pwd, "getpwnam", missing)
    with pytest.raises(StackError, match=r"no user 'nobody'"):
        service_user()


@as_root
def test_data_folder_that_nobody_cannot_reach_gets_a_linked_stand_in(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    inner = closed / "home"
    inner.mkdir()
    folder = data_folder(inner, service_user(), ephemeral=True)
    assert (inner / "servers").is_symlink()
    assert (inner / "servers").resolve() == folder
    assert data_folder(inner, service_user(), ephemeral=True) == folder
    assert closed.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_data_folder_reachable_is_in_home(home: Path) -> None:
    assert data_folder(home, service_user(), ephemeral=False) == home / "servers"


def test_socket_folder_is_private_short_and_the_same_each_time(home: Path) -> None:
    deep = home / ("x" * 120) / ("y" * 120)
    folder = socket_folder(deep, service_user(), ephemeral=False)
    assert folder == socket_folder(deep, service_user(), ephemeral=False)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == service_user().owner
    assert len(os.fsencode(folder)) <= places.LONGEST_SOCKET_FOLDER
    assert folder != socket_folder(home, service_user(), ephemeral=False)
    socket_folder(home, service_user(), ephemeral=False).rmdir()
    folder.rmdir()


@pytest.mark.parametrize("kind", ["link", "open", "file"])
def test_socket_folder_prepared_by_somebody_else_is_refused(home: Path, kind: str) -> None:
    folder = socket_folder(home, service_user(), ephemeral=False)
    folder.rmdir()
    if kind == "link":
        folder.symlink_to(home)
    elif kind == "open":
        folder.mkdir()
        folder.chmod(0o777)
    else:
        folder.touch()
    with pytest.raises(StackError, match=r"belongs to somebody else, is a link, or is open to others"):
        socket_folder(home, service_user(), ephemeral=False)
    folder.rmdir() if kind == "open" else folder.unlink()


@as_root
def test_reachable_copies_a_closed_wheel_with_its_libraries(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "ROOTS_STATE", home / "state")
    home.chmod(0o711)
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "package" / "bin" / "program"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    (closed / "package.libs").mkdir()
    (closed / "package.libs" / "lib.so").touch(mode=0o600)
    copied = places.reachable(program, closed / "package", service_user())
    assert copied != program
    assert service_user().may_run(copied)
    assert (copied.parents[2] / "package.libs" / "lib.so").stat().st_mode & 0o044 == 0o044
    assert places.reachable(program, closed / "package", service_user()) == copied


def test_reachable_of_a_normal_user_is_the_program_itself() -> None:
    assert places.reachable(Path("/bin/true"), Path("/bin"), ServiceUser()) == Path("/bin/true")

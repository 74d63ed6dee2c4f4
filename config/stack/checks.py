"""`make check`: every checker runs, every failure is shown. `--fix` mends what a tool can mend instead."""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.stack.commands import managed
from config.stack.errors import StackError
from config.stack.places import CHECKOUT
from config.stack.throwaway import throwaway_environment

AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One checker: what it looks at and the command that fails if it finds something."""

    name: str
    command: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one checker said and how long it took."""

    name: str
    has_passed: bool
    output: str
    seconds: float


def main(arguments: list[str]) -> int:
    """Runs all checkers (or all menders) and returns 1 if one of them failed."""
    try:
        with throwaway_environment() as environment:
            verdicts = _run_all(_mends() if "--fix" in arguments else _checks(), environment)
    except StackError as obstacle:
        sys.stderr.write(f"{obstacle}\n")
        return 1
    failed = [verdict for verdict in verdicts if not verdict.has_passed]
    for verdict in failed:
        sys.stdout.write(f"\n--- {verdict.name}\n{verdict.output.rstrip()}\n")
    names = ", ".join(verdict.name for verdict in failed)
    sys.stdout.write(f"\n{len(failed)} of {len(verdicts)} failed: {names}\n" if failed else "\nAll checks passed.\n")
    return 1 if failed else 0


def _checks() -> list[Check]:
    python = sys.executable
    pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    found = [
        Check(name="types", command=[_tool("mypy")]),
        Check(name="house and docs", command=[*pytest, "tests/architecture", "tests/docs"]),
        Check(name="format", command=[_tool("ruff"), "format", "--check", "."]),
        Check(name="lint", command=[_tool("ruff"), "check", "."]),
        Check(name="imports", command=[_tool("lint-imports")]),
        Check(name="migrations", command=managed("makemigrations", "--check", "--dry-run")),
        Check(name="deployment", command=managed("check", "--fail-level", "WARNING")),
        Check(name="templates", command=[_tool("djlint"), "templates", "--lint", "--quiet"]),
        Check(name="scripts", command=[_tool("oxlint"), "--deny-warnings", "static"]),
        Check(name="spelling", command=[_tool("codespell"), *_prose()]),
        Check(name="dependencies", command=[_tool("deptry"), "."]),
        Check(name="lock", command=[python, "-m", "config.stack.lock", "--check"]),
    ]
    if _has_compose():
        compose = ["docker", "compose", "--env-file", ".env.example", "config", "--quiet"]
        return [*found, Check(name="compose", command=compose)]
    sys.stdout.write("compose       skipped: there is no docker client with the compose plugin here\n")
    return found


def _mends() -> list[Check]:
    return [
        Check(name="lint", command=[_tool("ruff"), "check", "--fix", "."]),
        Check(name="format", command=[_tool("ruff"), "format", "."]),
        Check(name="scripts", command=[_tool("oxlint"), "--fix", "static"]),
    ]


def _run_all(checks: list[Check], environment: Mapping[str, str]) -> list[Verdict]:
    # Menders write the same files, so they go one after the other.
    at_once = AT_ONCE if any(check.name == "types" for check in checks) else 1
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda check: _run(check, environment), checks))


def _run(check: Check, environment: Mapping[str, str]) -> Verdict:
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(environment),
        cwd=CHECKOUT,
    )
    verdict = Verdict(
        name=check.name, has_passed=done.returncode == 0, output=done.stdout, seconds=time.monotonic() - began
    )
    word = "passed" if verdict.has_passed else "FAILED"
    sys.stdout.write(f"{verdict.name:<13} {word}  {verdict.seconds:5.1f} s\n")
    sys.stdout.flush()
    return verdict


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _prose() -> list[str]:
    places = (CHECKOUT / name for name in ("docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"))
    return [str(place.relative_to(CHECKOUT)) for place in places if place.exists()]


def _has_compose() -> bool:
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

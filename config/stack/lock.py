"""Writes the locked requirements from pyproject.toml and checks that the two agree: all locked, hashes, no address."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from config.stack.places import CHECKOUT

FOLDER = CHECKOUT / "config" / "requirements"
# Compiled in this order; the later ones keep the versions of the first.
CHOICES = {
    "app": (),
    "run": ("--extra", "embedded"),
    "dev": ("--extra", "embedded", "--group", "test", "--group", "lint"),
}
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


def main(arguments: list[str]) -> int:
    """Rewrites the locks; with `--check`, only looks. Returns 1 if a check finds something or uv fails."""
    if "--check" in arguments:
        found = list(disagreements())
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    return max(_compile(name) for name in CHOICES)


def disagreements(folder: Path = FOLDER, project: Path = CHECKOUT / "pyproject.toml") -> Iterator[str]:
    """One sentence for each requirement without a lock, lock without a hash, and address in a lock."""
    declared = _declared(project)
    for name in CHOICES:
        text = (folder / f"{name}.txt").read_text()
        pinned = _pinned(text)
        for missing in sorted(declared[name] - pinned.keys()):
            yield f"{name}.txt: {missing} of pyproject.toml is not locked. Run: make lock"
        for bare in sorted(package for package, has_hash in pinned.items() if not has_hash):
            yield f"{name}.txt: {bare} has no hash. Run: make lock"
        if re.search(r"https?://|file:|--index|--find-links|--extra-index", text):
            yield f"{name}.txt: holds an address of a package index. Run: make lock"


def _declared(project: Path) -> dict[str, set[str]]:
    document = tomllib.loads(project.read_text())
    app = _names(document["project"]["dependencies"])
    run = app | _names(document["project"]["optional-dependencies"]["embedded"])
    groups = document["dependency-groups"]
    return {"app": app, "run": run, "dev": run | _names(groups["test"]) | _names(groups["lint"])}


def _names(requirements: list[str]) -> set[str]:
    found = (NAME.match(requirement) for requirement in requirements)
    return {_normal(match.group(1)) for match in found if match}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned(text: str) -> dict[str, bool]:
    pinned: dict[str, bool] = {}
    current = ""
    for line in text.splitlines():
        if found := re.match(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", line):
            current = _normal(found.group(1))
            pinned.setdefault(current, False)
        elif line.strip().startswith("--hash=sha256:"):
            pinned[current] = True
    return pinned


def _compile(name: str) -> int:
    uv = ["-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    plain = ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    constraint = [] if name == "app" else ["-c", "config/requirements/app.txt"]
    target = ["pyproject.toml", "-o", f"config/requirements/{name}.txt"]
    return subprocess.call([sys.executable, *uv, *plain, *CHOICES[name], *constraint, *target], cwd=CHECKOUT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

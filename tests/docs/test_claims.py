"""What README and docs claim: commands, targets, variables, paths, links, requirements and pictures exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db import connection

from tests.architecture.house import ROOT, files, modules, relative
from tests.docs.names import MAKE_TARGETS, PAGES

LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
PICTURE = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"(?<![\w/])make (?P<target>[a-z]+)\b")
COMMAND = re.compile(r"(?:manage\.py |CMD=['\"])(?P<name>[a-z_]+)")
VARIABLE = re.compile(r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$")
PATHLIKE = re.compile(
    r"^(renewals|signals|offers|playbooks|dashboards|config|templates|static|tests|benchmarks|docs)/[\w./*<>-]*$"
)
REQUIREMENT = re.compile(r"requirements? (?P<numbers>\d+(?:(?:, | and |-)\d+)*)", re.IGNORECASE)
LAST_REQUIREMENT = 115
READ_ELSEWHERE = {"PATH", "HOME", "POSTGRES_PASSWORD"}
SHOUTED = {
    "UPDATE", "INSERT", "DELETE", "SELECT", "TRUNCATE", "COPY", "FORCE", "SUPERUSER", "BYPASSRLS", "CMD", "DATA",
    "ARGS", "SCALE", "KIND", "FILE", "SLUG", "EMAIL", "ARR", "CSM", "CSV", "JSON", "XLSX", "TOML", "POST", "GET",
    "HEAD", "PUT", "PATCH", "API", "NULL",
}  # fmt: skip


def documents() -> Iterator[tuple[str, str]]:
    """Every document with its text."""
    for path in [*ROOT.glob("*.md"), *files(".md", under="docs")]:
        yield relative(path), path.read_text("utf-8")


def in_code(text: str) -> list[str]:
    """What stands between backticks, fenced blocks left out."""
    return CODE.findall(FENCE.sub("", text))


def test_links_lead_somewhere() -> None:
    broken = [
        f"{name}: {hit['target']}"
        for name, text in documents()
        for hit in LINK.finditer(text)
        if not hit["target"].startswith(("http://", "https://", "mailto:")) and not _leads(name, hit["target"])
    ]
    assert broken == []


def test_pictures_exist_and_are_described() -> None:
    pictures = [(name, hit["target"], hit["words"]) for name, text in documents() for hit in PICTURE.finditer(text)]
    assert [target for name, target, _ in pictures if not _leads(name, target)] == []
    assert [target for _, target, words in pictures if len(words) < 20] == []


def test_links_outside_are_public_addresses() -> None:
    outside = {hit["target"] for _, text in documents() for hit in LINK.finditer(text) if "://" in hit["target"]}
    assert [target for target in outside if not target.startswith("https://")] == []


def test_make_targets_exist() -> None:
    written = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert written == MAKE_TARGETS
    commands = "\n".join(part for _, text in documents() for part in [*in_code(text), *FENCE.findall(text)])
    assert {hit["target"] for hit in MAKE.finditer(commands)} - MAKE_TARGETS == set()


def test_management_commands_exist() -> None:
    named = {(name, hit["name"]) for name, text in documents() for hit in COMMAND.finditer(text)}
    assert sorted((name, command) for name, command in named if command not in get_commands()) == []


def test_environment_variables_are_read_somewhere() -> None:
    sources = [
        path.read_text("utf-8") for path in (ROOT / "docker-compose.yml", ROOT / ".env.example", ROOT / "Makefile")
    ]
    sources += [module.source for module in modules() if module.app in ("config", "tests")]
    code = "\n".join(sources)
    named = {
        (name, part.split("=")[0])
        for name, text in documents()
        for part in in_code(text)
        if VARIABLE.match(part.split("=")[0]) and len(part.split("=")[0]) > 3
    }
    unknown = [(name, v) for name, v in named if v not in READ_ELSEWHERE | SHOUTED and not re.search(rf"\b{v}\b", code)]
    assert sorted(unknown) == []


def test_paths_exist() -> None:
    named = {(name, part) for name, text in documents() for part in in_code(text) if PATHLIKE.match(part)}
    assert sorted(f"{name}: {part}" for name, part in named if not _exists(part)) == []


def test_pages_named_are_pages_of_the_product() -> None:
    named = {(name, p) for name, text in documents() for p in in_code(text) if re.match(r"^/[a-z-]+/$", p)}
    assert sorted((name, page) for name, page in named if page not in PAGES | {"/admin/"}) == []


def test_requirement_numbers_are_valid() -> None:
    numbers = {
        int(number)
        for _, text in documents()
        for hit in REQUIREMENT.finditer(text)
        for number in re.findall(r"\d+", hit["numbers"])
    }
    marked = {
        int(number)
        for module in modules()
        if module.app == "tests"
        for numbers in re.findall(r"mark\.requirement\(([\d, ]+)\)", module.source)
        for number in re.findall(r"\d+", numbers)
    }
    assert [n for n in numbers | marked if not 1 <= n <= LAST_REQUIREMENT] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/index.md"])
def test_first_documents_exist(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500


def test_every_document_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    decisions = (ROOT / "docs" / "decisions" / "index.md").read_text("utf-8")
    reached = {hit["target"] for hit in LINK.finditer(index)}
    reached |= {f"decisions/{hit['target']}" for hit in LINK.finditer(decisions)}
    there = {relative(path).removeprefix("docs/") for path in files(".md", under="docs")}
    assert sorted(there - reached - {"index.md"}) == []


def test_decisions_say_what_was_rejected() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert [path.name for path in records if "## Rejected" not in path.read_text("utf-8")] == []


@pytest.mark.django_db
def test_functions_with_the_rights_of_the_owner_are_named_in_the_decision() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
        doors = {row[0] for row in cursor.fetchall()}
    named = set(re.findall(r"`(\w+)[(`]", (ROOT / "docs/decisions/0003-row-level-security.md").read_text("utf-8")))
    assert doors != set()
    assert sorted(doors - named) == []


def _leads(name: str, target: str) -> bool:
    address, _, anchor = target.partition("#")
    path = (ROOT / name).parent / address if address else ROOT / name
    if not path.exists() or not anchor:
        return path.exists()
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def _exists(written: str) -> bool:
    pattern = re.sub(r"<[^>]+>", "*", written).rstrip("/")
    found: list[Path] = list(ROOT.glob(pattern))
    return bool(found) or (ROOT / f"{pattern}.py").exists()

"""The glossary: one definition per word, found by its words, linked from every page."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.roles import Role
from renewals.models import Workspace
from renewals.queries.glossary import glossary_terms
from tests.dashboards.world import make_member

LINKED = re.compile(r'\bterm="(\w+)"')


@pytest.fixture
def reader(workspace: Workspace, actor: Actor, client: Client) -> Client:
    with in_workspace(workspace.id, by=actor):
        client.force_login(make_member(workspace, "product_viewer"))
    return client


@pytest.mark.requirement(6)
def test_every_term_is_shown_with_its_definition_and_an_address(reader: Client) -> None:
    html = reader.get("/glossary/").content.decode()
    shown = re.findall(r'<article class="entry" id="(\w+)"', html)
    assert shown == [term.key for term in glossary_terms()]
    assert len(shown) == len(set(shown))


@pytest.mark.requirement(6)
def test_every_term_that_a_page_links_to_is_in_the_glossary() -> None:
    known = {term.key for term in glossary_terms()}
    root = Path(settings.BASE_DIR)
    texts = [path.read_text("utf-8") for path in (root / "templates").rglob("*.html")]
    texts += [path.read_text("utf-8") for path in (root / "dashboards").rglob("*.py")]
    linked = {key for text in texts for key in LINKED.findall(text)}
    assert linked - known == set()
    assert len(linked) > 5


@pytest.mark.parametrize(
    ("words", "first"), [("notice deadline", "notice_deadline"), ("GRR", "gross_revenue_retention")]
)
def test_words_find_their_term(words: str, first: str, reader: Client) -> None:
    html = reader.get("/glossary/", {"q": words}).content.decode()
    assert f'id="{first}"' in html
    assert f'value="{words}"' in html


def test_word_that_is_nowhere_leads_back(reader: Client) -> None:
    html = reader.get("/glossary/", {"q": "<script>zzz"}).content.decode()
    assert "No such word" in html
    assert "<script>zzz" not in html


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_glossary_is_there_for_every_role(role: str, workspace: Workspace, actor: Actor, client: Client) -> None:
    with in_workspace(workspace.id, by=actor):
        client.force_login(make_member(workspace, role))
    assert client.get("/glossary/").status_code == 200


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get("/glossary/")["Location"].startswith("/accounts/login/")


def test_glossary_asks_no_query_of_its_own(reader: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    reader.get("/glossary/")
    with django_assert_num_queries(8):
        reader.get("/glossary/")

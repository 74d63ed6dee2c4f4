"""Figures under filters come from kept slices: the same as the rows give, whoever an account or a renewal goes to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from renewals.actions.metrics.rebuild import rebuild_movements
from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.settings import record_fx_rates
from renewals.core.metrics import EVERYBODY, TargetOf, figure, period_of, periods_until
from renewals.core.metrics.slices import value_at
from renewals.core.roles import Member, Role
from renewals.models import Account, ArrSlice, ArrSum, Renewal, SliceTouch, Team
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.cohorts import cohort_cells
from renewals.queries.metrics.figures import Sums, grouped_sums
from renewals.queries.metrics.questions import Question
from renewals.queries.metrics.targets import question_of
from renewals.queries.metrics.whose import Whose, seen_by, whose
from tests.renewals.build import member
from tests.renewals.metrics.test_refresh import NOW, TODAY, WAYS, book, close_some, drawn, facts, said

PERIODS = ("2026-Q3-year", "2026-Q2", "2026-Q4")
SLICE = ("period", "rows", "segment", "owner_id", "team_id", "renewal_owner_id", "is_renewing", "is_anniversary")


class World:
    """A book that is spread over people, teams and segments, and may be spread anew."""

    def __init__(self, actor, chance: Random, accounts: int = 24) -> None:
        """Record accounts with contracts and closed renewals, spread by chance, with every sum made."""
        self.actor, self.chance = actor, chance
        record_fx_rates(rates={("EUR", TODAY - timedelta(days=900)): Decimal("1.0913")}, origin="t", by=actor, now=NOW)
        book(actor, [drawn(number, chance) for number in range(1, accounts + 1)])
        close_some(actor, chance)
        self.people = [member(actor, f"P{number}", team=team) for number, team in enumerate(("North", "South", ""))]
        self.teams = list(Team.objects.order_by("id"))
        for account in Account.objects.all():
            self.spread(account)
        self.refresh()

    def spread(self, account: Account) -> None:
        """Give an account, and its renewals apart from it, to somebody else."""
        owner = self.chance.choice([*self.people, None])
        Account.objects.filter(id=account.id).update(
            segment=self.chance.choice(("small", "mid_market", "")),
            owner_id=owner and owner.user_id,
            team=self.chance.choice([*self.teams, None]),
        )
        roles = {role: self.chance.choice(self.people).user_id for role in ("owner_id", "negotiator_id")}
        Renewal.objects.filter(account_id=account.id).update(**roles)

    def refresh(self) -> None:
        """Bring what is kept up to date."""
        refresh_movements(by=self.actor, now=NOW, today=TODAY)

    def choices(self) -> Iterator[Whose]:
        """Yield what filters and scopes ask for, alone and together."""
        person = self.people[0]
        mine = Member(role=Role.CSM, user_id=person.user_id, team_id=person.team_id)
        ours = Member(role=Role.CS_MANAGER, user_id=person.user_id, team_id=person.team_id)
        parts = [
            *(whose(TargetOf(segment=name)) for name in ("small", "mid_market")),
            *(whose(TargetOf(owner_id=each.user_id)) for each in self.people),
            *(whose(TargetOf(team_id=each.id)) for each in self.teams),
            *(seen_by(each, "prices.view") for each in (mine, ours)),
        ]
        found = [part for part in parts if part is not None]
        yield from found
        for _ in range(2):
            one, other = self.chance.sample(found[:-2], 2)
            yield one & other & self.chance.choice(found[-2:])


def question(key: str, choice: Whose | None) -> Question:
    """Return the question for a period and a choice."""
    asked = Question(period=period_of(key, today=TODAY), rates=metric_rates())
    if choice is None:
        return asked
    return replace(asked, accounts=choice.accounts, renewals=choice.renewals, kept=choice.kept)


def same_of_every_metric(choice: Whose | None, key: str, *, way_of_facts: bool = False) -> None:
    """Hold slices, rows and facts of a question against each other."""
    asked = question(key, choice)
    kept, live = Sums(question=asked), Sums(question=replace(asked, kept=None))
    rows = facts(asked) if way_of_facts else ()
    for metric, way in WAYS:
        found = kept.figure(metric, way)
        assert found == live.figure(metric, way)
        if way_of_facts:
            assert said(found) == said(figure(metric, rows, period=asked.period, way=way))
    assert kept.waterfall() == live.waterfall()
    assert (kept.bridged(), kept.part("closing")) == (live.bridged(), live.part("closing"))


@pytest.mark.requirement("X12")
@pytest.mark.requirement(6, 59, 92)
def test_slices_rows_and_facts_give_the_same_figure_under_every_filter(inside, actor) -> None:
    world = World(actor, Random(1))
    assert ArrSlice.objects.exclude(renewal_owner_id=F("owner_id")).filter(rows="renewals_due").exists()
    assert not SliceTouch.objects.exists()
    for place, choice in enumerate(world.choices()):
        same_of_every_metric(choice, PERIODS[place % len(PERIODS)], way_of_facts=True)
    first = [question("2026-Q3-year", choice) for choice in world.choices()][-1]
    assert first.slices is not None
    assert first.slices.beside is not None


@pytest.mark.requirement(59, 92)
def test_account_or_renewal_that_changes_hands_counts_at_once_and_is_kept_by_the_next_refresh(inside, actor) -> None:
    world = World(actor, Random(3), accounts=12)
    for _ in range(2):
        for account in world.chance.sample(list(Account.objects.all()), 2):
            world.spread(account)
        closed = Renewal.objects.filter(closed_on__isnull=False).order_by("?").first()
        assert closed is not None
        Renewal.objects.filter(id=closed.id).update(final_amount=closed.target_amount + world.chance.randrange(99))
        assert SliceTouch.objects.exists()
        for is_kept in (False, True):
            if is_kept:
                world.refresh()
                assert not SliceTouch.objects.exists()
            for choice in (None, *world.chance.sample([*world.choices()], 5)):
                same_of_every_metric(choice, world.chance.choice(PERIODS))
            groups_and_cohorts_agree(world.chance.choice([*world.choices()]))
    kept = slices()
    rebuild_movements(by=actor, now=NOW, today=TODAY)
    assert slices() == kept


def groups_and_cohorts_agree(choice: Whose) -> None:
    """Hold the groups by segment and owner, and the start quarters, against the rows."""
    asked = question("2026-Q3-year", choice)
    live = replace(asked, kept=None)
    for by in ("segment", "owner_id"):
        assert counted(grouped_sums(asked, by=by)) == counted(grouped_sums(live, by=by))
    quarters = tuple(period for period in reversed(periods_until(today=TODAY, quarters=12)) if not period.is_year)
    for part in ("closing", "closing_accounts"):
        assert cohort_cells(asked, quarters, part) == cohort_cells(live, quarters, part)


def counted(groups: dict[object, dict[str, Decimal]]) -> dict[object, dict[str, Decimal]]:
    """Return the groups in which anything counts."""
    return {key: parts for key, parts in groups.items() if any(parts.values())}


def slices() -> list[tuple[object, ...]]:
    """Return the kept slices; the order of days in one says nothing."""
    rows = ArrSlice.objects.values_list(*SLICE, "amounts", "numbers", "unknown", "bridged", "days_open", "days_early")
    found = [(*row[:-2], sorted(row[-2]), sorted(row[-1])) for row in rows]
    return sorted(found, key=lambda row: row[: len(SLICE)])


@pytest.mark.requirement(59)
def test_filter_reads_no_movement_and_no_renewal(inside, actor) -> None:
    World(actor, Random(5), accounts=8)
    asked = question_of(TargetOf(segment="small"), period=period_of("2026-Q3-year", today=TODAY), rates=metric_rates())
    with CaptureQueriesContext(connection) as asked_of:
        sums = Sums(question=asked)
        for metric in metric_book().metrics:
            sums.figure(metric)
    said_to = " ".join(query["sql"] for query in asked_of.captured_queries)
    assert "renewals_arrslice" in said_to
    assert "renewals_arrmovement" not in said_to
    assert 'FROM "renewals_renewal"' not in said_to


def test_slices_that_were_never_made_answer_nothing(inside, actor) -> None:
    World(actor, Random(6), accounts=6)
    ArrSlice.objects.all().delete()
    choice = whose(TargetOf(segment="small"))
    broken = Sums(question=question("2026-Q2", choice)).part("opening")
    ArrSum.objects.filter(part="through").delete()
    same_of_every_metric(choice, "2026-Q2")
    assert broken == 0
    assert whose(EVERYBODY) is None


def test_value_at_a_share_lies_between_two_in_proportion() -> None:
    assert value_at([], 0.5) is None
    assert [value_at([4], share) for share in (0.25, 0.5, 0.75)] == [4, 4, 4]
    assert [value_at([-1, 2, 3, 10], share) for share in (0.25, 0.5, 0.75)] == [1.25, 2.5, 4.75]

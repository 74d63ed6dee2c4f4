"""The simulations of a workspace, the newest first, and the policies a new one may be about."""

from dataclasses import dataclass

from dashboards.core.dates import DateCell, day_words, instant_cell
from dashboards.core.money import count_words
from dashboards.core.offers.simulated import STATES
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from dashboards.queries.offers.simulations.reach import PATH
from offers.core.simulation import asked_from
from offers.models import PolicySimulation, PolicyVersion, RuleDraft
from offers.queries.drafts import OPEN, drafts
from renewals.core.roles import can

SHOWN = 40
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One simulation in the list."""

    href: str
    what: str
    days: str
    state: str
    state_tag: str
    done: str
    who: str
    at: DateCell


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """The list of simulations."""

    title: str
    crumbs: tuple[Link, ...]
    lines: tuple[RunLine, ...]
    may_order: bool


def runs_page(asker: Asker) -> RunsPage:
    """Return the newest simulations of the workspace; which rows of them one sees hangs on one's record scope."""
    runs = list(PolicySimulation.objects.select_related("ordered_by").order_by("-ordered_at", "-id")[:SHOWN])
    running = sum(run.state == "running" for run in runs)
    found = f"{count_words(running, 'simulation')} running" if running else count_words(len(runs), "simulation")
    return RunsPage(
        title=found if runs else "Try a policy on past prices",
        crumbs=(
            Link(text="Offers", href="/offers/"),
            Link(text="Pricing policy", href="/offers/policy/"),
            Link(text="Simulations"),
        ),
        lines=tuple(_line(asker, run) for run in runs),
        may_order=can(asker.member, "offers.change"),
    )


def policy_choices() -> Choices:
    """Return the open drafts of the policy and its versions, the newest first."""
    open_drafts = drafts().filter(kind=RuleDraft.Kind.POLICY, state__in=OPEN)
    versions = PolicyVersion.objects.order_by("-number")
    return [
        *((f"draft-{row.id}", f"Draft: {row.reason}"[:90]) for row in open_drafts),
        *((f"version-{row.number}", f"Policy {row.number}: {row.reason}"[:90]) for row in versions),
    ]


def policy_label(run: PolicySimulation) -> Link:
    """Return which policy was tried; a draft leads to where it is edited."""
    frozen = run.frozen
    if not frozen:
        return Link(text="The policy of then, as a check")
    if frozen.get("draft_id"):
        words = f"Draft at edit {frozen['revision']}: {frozen['reason']}"
        return Link(text=words, href=f"/offers/drafts/{frozen['draft_id']}/")
    return Link(text=f"Policy {frozen['number']}: {frozen['reason']}")


def days_label(run: PolicySimulation) -> str:
    """Return the days of a simulation."""
    asked = asked_from(run.asked)
    return f"{day_words(asked.first_on)} to {day_words(asked.last_on)}"


def _line(asker: Asker, run: PolicySimulation) -> RunLine:
    words, tag = STATES[run.state]
    return RunLine(
        href=f"{PATH}{run.id}/",
        what=policy_label(run).text,
        days=days_label(run),
        state=words,
        state_tag=tag,
        done=f"{run.done:,}",
        who=run.ordered_by.name,
        at=instant_cell(run.ordered_at, now=asker.now, zone=asker.workspace.timezone),
    )

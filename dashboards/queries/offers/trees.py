"""Decision trees in finished words: the library, one tree, and the walks on a renewal with what they suggest."""

from dataclasses import dataclass

from django.http import Http404

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.offers.family import family_tabs
from dashboards.core.offers.plays import KINDS, play_words
from dashboards.core.offers.tree_picture import TreePicture, tree_picture
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.offers.concessions import may_negotiate
from dashboards.queries.offers.library import draft_link
from offers.core.library import eligibility_of
from offers.core.negotiation.trees import Tree, TreeOutcome, TreeQuestion
from offers.models import RuleDraft, TreeWalk
from offers.queries.cases import RenewalCase, renewal_case
from offers.queries.drafts import OPEN, drafts, open_draft
from offers.queries.library import PublishedOffer, published_offers
from offers.queries.renewals import is_bargained
from offers.queries.trees import Walk, tree_in_force, tree_versions, trees_in_force, walks_of
from renewals.core.errors import NamedError
from renewals.core.roles import can
from renewals.models import Renewal

PATH = "/offers/trees/"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """An answered question, who answered it and when; `others` are the answers it may be changed to."""

    question: str
    question_key: str
    answer: str
    note: str
    who: str
    at: DateCell
    others: tuple[tuple[str, str], ...]
    answered_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeShown:
    """What a branch suggests, why, and the offers that can do it for this renewal: (id, name)."""

    play: str
    tone: str
    text: str
    why: str
    because: str
    offers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkShown:
    """A walk on a renewal: its steps, then the open question or the outcome."""

    id: int
    name: str
    version: str
    started: str
    href: str
    last: int
    steps: tuple[StepShown, ...]
    question: TreeQuestion | None
    outcome: OutcomeShown | None
    is_newest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionsPage:
    """The walks of a renewal and the trees that may be begun: (key, name, when) by kind."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    href: str
    options_href: str
    walks: tuple[WalkShown, ...]
    trees: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TreesPage:
    """The library of trees, with the open drafts of trees that are new."""

    title: str
    table: Table
    drafts: tuple[Link, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePage:
    """One tree: its questions with where each answer leads, its outcomes, its versions, and its open draft."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    href: str
    when: str
    number: int
    is_active: bool
    questions: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    outcomes: tuple[tuple[str, str, str, str], ...]
    versions: Table
    key: str
    draft: Link | None
    may_change: bool
    picture: TreePicture | None


def walk_row(renewal_id: int, walk_id: int) -> int:
    """Return the id of a walk of this renewal; Http404 when there is none."""
    if not TreeWalk.objects.filter(id=walk_id, renewal_id=renewal_id).exists():
        raise Http404
    return walk_id


def objections_page(asker: Asker, row: Renewal) -> ObjectionsPage:
    """Return the walks of a renewal."""
    may = may_negotiate(asker, row) and is_bargained(row)
    case = _case(asker, row)
    offers = published_offers(is_active=True)
    href = f"/renewals/{row.id}/proposal/objections/"
    walks = tuple(_walk(asker, each, case, offers, href) for each in walks_of(row.id))
    return ObjectionsPage(
        title=f"{row.account.name}: {_count(walks)}",
        unit=f"{row.contract.name or row.contract.external_id} · questions that lead to the next step",
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text="Renewal", href=f"/renewals/{row.id}/"),
        ),
        tabs=family_tabs(row.id, "objections"),
        href=href,
        options_href=f"/renewals/{row.id}/proposal/options/",
        walks=walks,
        trees=_startable() if may else (),
        may_change=may,
    )


def trees_page(asker: Asker) -> TreesPage:
    """Return the library."""
    found = trees_in_force()
    return TreesPage(
        title=f"{sum(each.is_active for each in found)} decision trees",
        drafts=tuple(draft_link(row) for row in drafts().filter(kind=RuleDraft.Kind.TREE, state__in=OPEN)),
        may_change=_may_change(asker),
        table=Table(
            caption="Decision trees",
            columns=(
                Column(title="Tree"),
                Column(title="For"),
                Column(title="When"),
                Column(title="Questions", is_amount=True),
                Column(title="Version"),
            ),
            rows=tuple(
                (
                    Cell(text=each.tree.name, href=f"{PATH}{each.tree.key}/", note="" if each.is_active else "retired"),
                    Cell(text=KINDS[each.tree.kind.value]),
                    Cell(text=each.tree.when, is_long=True),
                    Cell(text=str(len(each.tree.questions)), is_amount=True),
                    Cell(text=str(each.number) if each.number else "As shipped"),
                )
                for each in found
            ),
        ),
    )


def tree_page(asker: Asker, key: str) -> TreePage:
    """Return one tree; Http404 when there is none."""
    found = tree_in_force(key)
    if found is None:
        raise Http404
    tree, open_one = found.tree, open_draft(RuleDraft.Kind.TREE, key=key)
    return TreePage(
        title=tree.name,
        unit=f"{KINDS[tree.kind.value]} · {f'version {found.number}' if found.number else 'as shipped'}",
        crumbs=(Link(text="Offers", href="/offers/"), Link(text="Decision trees", href=PATH), Link(text=tree.name)),
        href=f"{PATH}{key}/",
        when=tree.when,
        number=found.number,
        is_active=found.is_active,
        questions=tuple(_question(tree, each) for each in tree.questions),
        outcomes=tuple((each.key, play_words(each.play)[0], each.text, each.why) for each in tree.outcomes),
        versions=_versions(asker, key),
        key=key,
        draft=draft_link(open_one) if open_one else None,
        may_change=_may_change(asker),
        picture=tree_picture(tree),
    )


def _may_change(asker: Asker) -> bool:
    return can(asker.member, "decision_trees.change") and can(asker.member, "offers.change")


def _case(asker: Asker, row: Renewal) -> RenewalCase | None:
    """None where no price can be made: a tree may be walked all the same, without suggested offers."""
    try:
        return renewal_case(row.id, home_currency=asker.workspace.currency, today=asker.today)
    except NamedError:
        return None


def _count(walks: tuple[WalkShown, ...]) -> str:
    return {0: "no objection walked yet", 1: "one tree walked"}.get(len(walks), f"{len(walks)} trees walked")


def _startable() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    found: dict[str, list[tuple[str, str, str]]] = {"objection": [], "approach": []}
    for each in trees_in_force(is_active=True):
        found[each.tree.kind.value].append((each.tree.key, each.tree.name, each.tree.when))
    return (("They object", tuple(found["objection"])), ("You choose", tuple(found["approach"])))


def _walk(
    asker: Asker, walk: Walk, case: RenewalCase | None, offers: tuple[PublishedOffer, ...], href: str
) -> WalkShown:
    return WalkShown(
        id=walk.row.id,
        name=walk.tree.name,
        version=f"Version {walk.row.tree.number} of the tree",
        started=f"begun by {walk.row.started_by}",
        href=f"{href}{walk.row.id}/",
        last=walk.last,
        steps=_steps(asker, walk),
        question=walk.path.question,
        outcome=_outcome(walk, walk.path.outcome, case, offers) if walk.path.outcome else None,
        is_newest=walk.is_newest,
    )


def _steps(asker: Asker, walk: Walk) -> tuple[StepShown, ...]:
    found = []
    for step in walk.path.steps:
        rows = [each for each in walk.answers if each.question == step.question.key]
        newest = rows[-1]
        texts = {each.key: each.text for each in step.question.answers}
        before = ", ".join(f"{texts.get(each.answer, each.answer)} ({each.answered_by})" for each in rows[:-1])
        found.append(
            StepShown(
                question=step.question.text,
                question_key=step.question.key,
                answer=step.answer.text,
                note=newest.note,
                who=newest.answered_by,
                at=instant_cell(newest.answered_at, now=asker.now, zone=asker.workspace.timezone),
                others=tuple((key, text) for key, text in texts.items() if key != step.answer.key),
                answered_before=before,
            )
        )
    return tuple(found)


def _outcome(
    walk: Walk, outcome: TreeOutcome, case: RenewalCase | None, offers: tuple[PublishedOffer, ...]
) -> OutcomeShown:
    words, tone = play_words(outcome.play)
    return OutcomeShown(
        play=words,
        tone=tone,
        text=outcome.text,
        why=outcome.why,
        because="; ".join(f"{step.question.text} {step.answer.text}" for step in walk.path.steps),
        offers=_suited(outcome, case, offers),
    )


def _suited(
    outcome: TreeOutcome, case: RenewalCase | None, offers: tuple[PublishedOffer, ...]
) -> tuple[tuple[int, str], ...]:
    """The offers with the capability that may be made to this renewal today."""
    if case is None or not outcome.capability:
        return ()
    able = (each for each in offers if outcome.capability in each.offer.capabilities)
    may = (each for each in able if eligibility_of(each.offer, case.facts, today=case.today).may_be_made)
    return tuple((each.offer_id, each.offer.name) for each in may)


def _question(tree: Tree, question: TreeQuestion) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    answers = tuple((answer.text, _target(tree, answer.leads_to)) for answer in question.answers)
    return question.text, question.hint, answers


def _target(tree: Tree, key: str) -> str:
    question, outcome = tree.question(key), tree.outcome(key)
    if question is not None:
        return question.text
    return play_words(outcome.play)[0] if outcome is not None else key


def _versions(asker: Asker, key: str) -> Table:
    zone = asker.workspace.timezone
    return Table(
        caption="Versions of the tree",
        columns=(Column(title="Version"), Column(title="When"), Column(title="By"), Column(title="Why")),
        rows=tuple(
            (
                Cell(text=str(row.number), note="" if row.is_active else "retired"),
                Cell(date=instant_cell(row.published_at, now=asker.now, zone=zone)),
                Cell(text=row.published_by),
                Cell(text=row.reason, is_long=True),
            )
            for row in tree_versions(key)
        ),
    )

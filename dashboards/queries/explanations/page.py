"""One stored score on one page: contributions as bars, each with curve, weight, confidence, age and its signals."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from dashboards.core.dates import day_words, instant_cell
from dashboards.core.money import percent_words
from dashboards.core.parts import Cell, Column, Pager, Tab, Table
from dashboards.core.parts import Link as PageLink
from dashboards.core.score_links import score_href
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import signal_title, title
from dashboards.queries.asker import Asker
from dashboards.queries.explanations.lines import ExplainedLine, explained_lines
from dashboards.queries.scoring import badge_of, badge_of_stored
from renewals.core.roles import can
from renewals.models import Account, Renewal
from renewals.queries.renewals import renewals_of
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore, Score
from signals.models.scores import ScoreKind
from signals.queries.scores import Explanation, explain, last_scored, signals_behind

SIGNALS_A_PAGE = 25
CURRENT = {
    ScoreKind.HEALTH: CurrentScore,
    ScoreKind.RISK: CurrentRisk,
    ScoreKind.EXPANSION: CurrentExpansion,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAsked:
    """Which score the address asks for; `renewal` is None for what belongs to the account as a whole."""

    account: Account
    kind: str
    renewal: Renewal | None
    score: Score | None
    is_current: bool
    query: Mapping[str, str]

    @property
    def href(self) -> str:
        """Return the address of the score as it is now."""
        return score_href(self.account.id, self.kind, renewal_id=self.renewal.id if self.renewal else None)

    def with_query(self, **more: object) -> str:
        """Return the address with choices added, of an earlier score if one is looked at."""
        kept = {} if self.is_current or self.score is None else {"score": self.score.id}
        renewal_id = self.renewal.id if self.renewal else None
        return score_href(self.account.id, self.kind, renewal_id=renewal_id, **{**kept, **more})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPart:
    """The signals behind one contribution, a page of them."""

    key: str
    title: str
    table: Table
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePage:
    """A score with everything behind it; `lines` add up from `start` to `total`."""

    title: str
    unit: str
    crumbs: tuple[PageLink, ...]
    tabs: tuple[Tab, ...]
    term: str
    href: str
    badge: ScoreBadge
    version: str
    version_why: str
    place: str
    earlier: str
    start: str
    total: str
    note: str
    lines: tuple[ExplainedLine, ...]
    missing: tuple[tuple[str, str], ...]
    signals: SignalPart | None
    may_recompute: bool
    recompute_href: str


def asked_score(asker: Asker, row: Account, kind: str, query: Mapping[str, str]) -> ScoreAsked:
    """Return the score that an address asks for; Http404 for a kind or a score that there is not."""
    if kind not in CURRENT:
        raise Http404(kind)
    renewal = _renewal(row, query.get("renewal", "")) if kind == ScoreKind.RISK else None
    found = Score.objects.filter(account_id=row.id, kind=kind, renewal_id=renewal.id if renewal else None)
    if query.get("score", "").isdecimal():
        score = get_object_or_404(found, id=int(query["score"]))
        return ScoreAsked(account=row, kind=kind, renewal=renewal, score=score, is_current=False, query=query)
    current = _current(row, kind, renewal)
    newest = None if current is None else found.filter(id=current.score_id).first()
    return ScoreAsked(account=row, kind=kind, renewal=renewal, score=newest, is_current=True, query=query)


def score_page(asker: Asker, asked: ScoreAsked) -> ScorePage:
    """Return the explanation of a score; without one, what would have to come in for there to be one."""
    score = asked.score
    shown = score if score is None or score.value is not None else _last(asked)
    whole = None if shown is None else explain(shown)
    of_score = None if score is None else whole if score is shown else explain(score)
    badge = _badge(asker, asked)
    return ScorePage(
        title=_title(asked, badge),
        unit=_unit(asker, asked),
        crumbs=(
            PageLink(text="Accounts", href="/accounts/"),
            PageLink(text=asked.account.name, href=f"/accounts/{asked.account.id}/"),
        ),
        tabs=_tabs(asked),
        term=TERMS[asked.kind],
        href=asked.href,
        badge=badge,
        version=_version(whole),
        version_why=f"{whole.version.reason} ({whole.version.author})" if whole else "",
        place=_place(whole),
        earlier="" if shown is score or shown is None else f"It is not scored now. On {day_words(shown.as_of.date())}:",
        start="" if whole is None else explained_start(whole),
        total="" if whole is None else explained_total(whole),
        note=NOTES.get(asked.kind, ""),
        lines=()
        if whole is None
        else explained_lines(whole, asked.with_query, open_key=asked.query.get("measure", "")),
        missing=() if of_score is None else missing_words(of_score),
        signals=None if shown is None or whole is None else _signals(asker, asked, shown, whole),
        may_recompute=can(asker.member, "signals.view") and shown is not None,
        recompute_href=asked.with_query(recompute=1),
    )


TERMS = {"health": "health", "risk": "risk", "expansion": "expansion_potential"}
NOTES = {
    "health": "Points: share × what the curve gives. They add up to the health.",
    "expansion": "Points: share × what the curve gives. They add up to the expansion potential.",
    "risk": "Log-odds of losing the renewal: coefficient × input × confidence. They add up, from the usual of the "
    "segment to this one. What goes with churn is not what causes it.",
}


def explained_start(whole: Explanation) -> str:
    """Return what the bars start from."""
    base = next((link for link in whole.links if link.rule is None and link.key == "base"), None)
    return "0.0" if base is None else _number(base.amount)


def explained_total(whole: Explanation) -> str:
    """Return the sum of the bars; of a risk with the chance it stands for."""
    if whole.score.kind != ScoreKind.RISK:
        return _number(whole.total)
    chance = "" if whole.score.value is None else f" · {percent_words(whole.score.value / 100)} chance of loss"
    return f"{_number(whole.total)}{chance}"


def missing_words(whole: Explanation) -> tuple[tuple[str, str], ...]:
    """Return the inputs that are not known, with what would have to come in."""
    known = [(name, "nothing has come in for this account, or too long ago") for name in whole.missing]
    return (*known, *((name, "no source of this workspace tells it") for name in whole.unfed))


def _number(value: float) -> str:
    return f"{value:.1f}".replace("-", "−") if abs(value) >= 10 else f"{value:.2f}".replace("-", "−")


def _renewal(row: Account, wanted: str) -> Renewal | None:
    """Return the renewal asked for, else the account's first open one."""
    mine = list(renewals_of(row.id))
    if wanted:
        found = next((each for each in mine if str(each.id) == wanted), None)
        if found is None:
            raise Http404(wanted)
        return found
    return next((each for each in mine if each.closed_on is None), mine[-1] if mine else None)


def _current(row: Account, kind: str, renewal: Renewal | None) -> CurrentScore | CurrentRisk | CurrentExpansion | None:
    if kind == ScoreKind.RISK:
        return CurrentRisk.objects.filter(renewal_id=renewal.id).first() if renewal else None
    return CURRENT[ScoreKind(kind)].objects.filter(account_id=row.id).first()


def _last(asked: ScoreAsked) -> Score | None:
    renewal_id = asked.renewal.id if asked.renewal else None
    return last_scored(asked.account.id, kind=asked.kind, renewal_id=renewal_id)


def _badge(asker: Asker, asked: ScoreAsked) -> ScoreBadge:
    if asked.is_current:
        return badge_of(_current(asked.account, asked.kind, asked.renewal), asked.kind, now=asker.now)
    return badge_of_stored(asked.score, asked.kind, now=asker.now)


def _title(asked: ScoreAsked, badge: ScoreBadge) -> str:
    words = f"{badge.number}, {badge.word.lower()}" if badge.number != "–" else "not scored"
    return f"{asked.account.name}: {badge.title.lower()} {words}"


def _unit(asker: Asker, asked: ScoreAsked) -> str:
    if asked.score is None:
        return "nothing has been scored yet"
    at = instant_cell(asked.score.as_of, now=asker.now, zone=asker.workspace.timezone)
    standing = "as it is now" if asked.is_current else "as it was"
    coverage = f"{percent_words(asked.score.coverage)} of the inputs known"
    return f"{standing} · computed as of {at.full} · {coverage}"


def _version(whole: Explanation | None) -> str:
    return "" if whole is None else f"{title(whole.version.kind)} scorecard {whole.version.number}"


def _place(whole: Explanation | None) -> str:
    return "" if whole is None else f"{title(whole.segment)}, {whole.complexity} complexity"


def _tabs(asked: ScoreAsked) -> tuple[Tab, ...]:
    account_id = asked.account.id
    open_ones = [each for each in renewals_of(account_id) if each.closed_on is None]
    shown = {each.id: each for each in (*open_ones, *([asked.renewal] if asked.renewal else []))}
    risks = [
        Tab(
            text=f"Risk, due {day_words(each.due_on)}",
            href=score_href(account_id, "risk", renewal_id=each.id),
            is_current=asked.renewal is not None and asked.renewal.id == each.id,
        )
        for each in shown.values()
    ]
    health = Tab(text="Health", href=score_href(account_id, "health"), is_current=asked.kind == "health")
    more = Tab(text="Expansion", href=score_href(account_id, "expansion"), is_current=asked.kind == "expansion")
    return (health, *risks, more)


def _signals(asker: Asker, asked: ScoreAsked, score: Score, whole: Explanation) -> SignalPart | None:
    key = asked.query.get("measure", "")
    link = next((each for each in whole.links if each.key == key), None)
    if link is None or not can(asker.member, "signals.view"):
        return None
    asked_page = asked.query.get("page", "1")
    page = max(int(asked_page), 1) if asked_page.isdecimal() else 1
    first = (page - 1) * SIGNALS_A_PAGE
    rows = signals_behind(score, link.rule.key if link.rule else key, limit=first + SIGNALS_A_PAGE + 1)[first:]
    count = int(link.numbers.get("signals_count") or first + len(rows))
    shown = rows[:SIGNALS_A_PAGE]
    zone = asker.workspace.timezone
    return SignalPart(
        key=key,
        title=f"{link.label} was read from",
        table=Table(
            caption=f"Signals behind {link.label}",
            as_cards=True,
            columns=tuple(Column(title=name) for name in ("What", "When", "From", "Received")),
            rows=tuple(
                (
                    Cell(text=signal_title(each.kind, each.value, each.subject), note=each.text[:200]),
                    Cell(date=instant_cell(each.occurred_at, now=asker.now, zone=zone)),
                    Cell(text=str(each.source), note=each.author),
                    Cell(date=instant_cell(each.received_at, now=asker.now, zone=zone)),
                )
                for each in shown
            ),
        ),
        pager=Pager(
            shown=f"{first + 1:,} to {first + len(shown):,} of {count:,}" if shown else "none",
            first_href=asked.with_query(measure=key) + "#signals" if page > 1 else "",
            next_href=asked.with_query(measure=key, page=page + 1) + "#signals" if len(rows) > SIGNALS_A_PAGE else "",
        ),
    )

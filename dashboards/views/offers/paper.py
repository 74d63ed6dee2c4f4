"""The page of a proposal for the account: read, accept, ask, decline, print. No log-in, no cookie, no script.

The signed address is the proof. GET shows and counts; only POST answers. Whatever is wrong with an address is 404.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.core.offers.paper import Paper
from dashboards.core.offers.paper_words import ENDED, Ended
from dashboards.paper_drawing import paper_pdf
from dashboards.queries.offers.paper import PaperCase, paper_case
from dashboards.rates import is_too_often
from dashboards.screen import public
from offers.actions.answers import LinkAnswer, Proof
from offers.actions.links import note_view
from offers.core.errors import LinkNotOpen
from offers.core.links import AnswerKind, LinkStanding, Said
from offers.queries.links import LinkToken, read_proposal_token
from playbooks.actions.proposal_answers import take_answer
from playbooks.wake import wake_on_commit
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError

LOOKS, LOOK_SECONDS = 120, 60
ANSWERS, ANSWER_SECONDS = 20, 600
BUTTONS = {"accept": AnswerKind.ACCEPTED, "decline": AnswerKind.DECLINED, "ask": AnswerKind.ASKED}


@csrf_exempt  # the signed token is the proof, and whoever answers has no cookie of ours
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def proposal_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the proposal as it stands today, or take an answer and show what became of it."""
    subject = _subject(token)
    by = system_actor(subject.workspace_id, "proposal link")
    if _is_too_often(request, subject):
        return _busy(request)
    with in_workspace(subject.workspace_id, by=by, why=f"The account {_does(request)} a proposal"):
        case = _case(subject)
        if request.method == "POST":
            return _answer(request, case, by)
        if request.method == "GET":
            note_view(link_id=case.link.id, by=by, now=case.now)
        return _show(request, case)


@never_cache
@require_safe
@public
def proposal_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """Hand the proposal out as a tagged PDF, as long as its page shows it."""
    subject = _subject(token)
    if _is_too_often(request, subject):
        return _busy(request)
    by = system_actor(subject.workspace_id, "proposal link")
    with in_workspace(subject.workspace_id, by=by, why="The account prints a proposal"):
        case = _case(subject)
    if case.standing not in (LinkStanding.OPEN, LinkStanding.ACCEPTED):
        raise Http404
    return pdf_answer(case.paper, accepted=case.accepted)


def pdf_answer(paper: Paper, *, accepted: str = "") -> HttpResponse:
    """Return a paper as a download."""
    answer = HttpResponse(paper_pdf(paper, accepted=accepted), content_type="application/pdf")
    name = f"proposal-{paper.account}.pdf".replace("/", "-").replace("\\", "-")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _subject(token: str) -> LinkToken:
    """A wrong address says nothing but that it is wrong."""
    subject = read_proposal_token(token)
    if subject is None:
        raise Http404
    return subject


def _is_too_often(request: HttpRequest, subject: LinkToken) -> bool:
    key = f"proposal:{subject.workspace_id}:{subject.link_id}"
    if request.method == "POST":
        return is_too_often(f"{key}:answer", most=ANSWERS, seconds=ANSWER_SECONDS)
    return is_too_often(f"{key}:look", most=LOOKS, seconds=LOOK_SECONDS)


def _busy(request: HttpRequest) -> HttpResponse:
    answer = render(request, "paper/busy.html", status=429)
    answer["Retry-After"] = str(LOOK_SECONDS)
    return answer


def _case(subject: LinkToken) -> PaperCase:
    case = paper_case(subject)
    if case is None:
        raise Http404
    return case


def _does(request: HttpRequest) -> str:
    return "answers" if request.method == "POST" else "reads"


def _answer(request: HttpRequest, case: PaperCase, by: Actor) -> HttpResponse:
    kind = BUTTONS.get(request.POST.get("button", ""))
    if kind is None:
        return _show(request, case, status=422)
    texts = {name: request.POST.get(name, "") for name in ("name", "title", "email", "words")}
    said = Said(**texts, is_agreed="agree" in request.POST)
    given = LinkAnswer(kind=kind, said=said, proof=_proof(request, case))
    try:
        done = take_answer(link_id=case.link.id, given=given, today=case.today, by=by, now=case.now)
    except LinkNotOpen:
        return redirect(f"{request.path}#top")
    except NamedError as refusal:
        error = {"button": request.POST["button"], "where": refusal.where, "text": refusal.what}
        return _show(request, case, error=error, typed=said, status=422)
    if done.is_settled:
        wake_on_commit()
    # Without a fragment of its own the browser would keep that of the form and skip what it is told.
    return redirect(f"{request.path}?asked=1#top" if kind is AnswerKind.ASKED else f"{request.path}#top")


def _proof(request: HttpRequest, case: PaperCase) -> Proof:
    """The address is kept as a keyed hash: enough to compare with, not to find anybody by."""
    salt = f"perennial.proposal.{case.link.workspace_id}"
    return Proof(
        statement=case.paper.statement,
        address_hash=salted_hmac(salt, _address(request), algorithm="sha256").hexdigest(),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )


def _address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")


def _show(
    request: HttpRequest,
    case: PaperCase,
    *,
    error: dict[str, str] | None = None,
    typed: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    ended: Ended | None = ENDED.get(case.standing)
    words = {
        "paper": case.paper,
        "ended": ended,
        "accepted": case.accepted,
        "is_open": case.standing is LinkStanding.OPEN,
        "has_asked": "asked" in request.GET,
        "error": error or {},
        "typed": typed or Said(name=case.paper.recipient),
    }
    answer = render(request, "paper/page.html", words, status=status)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer

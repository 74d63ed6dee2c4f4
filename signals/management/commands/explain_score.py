"""explain_score ACCOUNT --workspace SLUG: health and risks of an account, down to the signals behind each measure."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.queries.accounts import ids_by_external_id
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of
from signals.core.errors import ScoreMissing
from signals.management.commands.refresh_scores import moment
from signals.models import Score
from signals.queries.scores import Explanation, explain, replay, scores_at, signals_behind

MOST_SIGNALS = 10_000


class Command(BaseCommand):
    """Exit 1 when there is no score, or when computing it again gives another one; 2 on wrong usage."""

    help = "Explain the scores of an account down to its signals."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise; ACCOUNT is the external id."""
        parser.add_argument("account")
        parser.add_argument("--workspace", required=True)
        parser.add_argument("--as-of", dest="as_of", type=moment, help="a day or an instant with its zone")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the chain and say whether it holds."""
        try:
            workspace_id = workspace_id_of(options["workspace"])
            with in_workspace(workspace_id, by=system_actor(workspace_id, "explain_score")):
                document = self.document(options["account"], options["as_of"])
        except ScoreMissing as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        self.stdout.write(json.dumps(document) if options["json"] else "\n".join(lines(document)))
        if not all(each["is_reproduced"] for each in document["scores"]):
            raise CommandError("A score computed again from its signals differs from the stored one.", returncode=1)

    def document(self, external_id: str, as_of: datetime | None) -> dict[str, Any]:
        """Return everything as plain data; raise ScoreMissing."""
        account_id = ids_by_external_id([external_id]).get(external_id)
        scores = scores_at(account_id, at=as_of or database_now()) if account_id else []
        if not scores:
            raise ScoreMissing(f"There is no score of account '{external_id}' by then.")
        return {"account": external_id, "scores": [score_document(score) for score in scores]}


def score_document(score: Score) -> dict[str, Any]:
    """Return one score with its contributions, their signals, and whether computing it again gives the same."""
    explanation = explain(score)
    again = replay(score)
    result = again.risks[score.renewal_id] if score.renewal_id is not None else again.health
    return {
        "kind": score.kind,
        "renewal_id": score.renewal_id,
        "state": score.state,
        "value": score.value,
        "renew_probability": score.renew_probability,
        "coverage": score.coverage,
        "as_of": score.as_of.isoformat(),
        "recorded_at": score.recorded_at.isoformat(),
        "version": {"number": explanation.version.number, "author": explanation.version.author},
        "segment": explanation.segment,
        "complexity": explanation.complexity,
        "total": explanation.total,
        "contributions": contributions(score, explanation),
        "missing": list(explanation.missing),
        "unfed": list(explanation.unfed),
        "is_reproduced": (result.value, result.coverage) == (score.value, score.coverage),
    }


def contributions(score: Score, explanation: Explanation) -> list[dict[str, Any]]:
    """Return the contributions with rule and signal ids, the largest first."""
    return [
        {
            "key": link.key,
            "label": link.label,
            "amount": link.amount,
            **link.numbers,
            "meaning": link.rule.meaning if link.rule else "",
            "curve": [link.rule.curve.floor, link.rule.curve.target, link.rule.curve.ceiling] if link.rule else None,
            "signals": [each.id for each in signals_behind(score, link.key, limit=MOST_SIGNALS)],
        }
        for link in explanation.links
    ]


def lines(document: dict[str, Any]) -> list[str]:
    """Return the document as text for a terminal."""
    found = [f"Account {document['account']}"]
    for score in document["scores"]:
        value = "not scored" if score["value"] is None else f"{score['value']:.1f}"
        place = f" of renewal {score['renewal_id']}" if score["renewal_id"] else ""
        found.append(f"{score['kind']}{place}: {value}, coverage {score['coverage']:.0%}, as of {score['as_of']}")
        for each in score["contributions"]:
            shown = "" if each["value"] is None else f" value {each['value']:.3g},"
            found.append(f"  {each['amount']:+8.3f}  {each['label']}:{shown} {len(each['signals'])} signals")
        if score["missing"]:
            found.append(f"  not known: {', '.join(score['missing'])}")
        if score["unfed"]:
            found.append(f"  without a source: {', '.join(score['unfed'])}")
    return found

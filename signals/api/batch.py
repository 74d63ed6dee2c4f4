"""POST /signals/batch: up to 10,000 signals, a verdict on each; what is good is kept, whatever the rest is."""

import json
import re
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from renewals.core.actors import Actor
from renewals.queries.clock import database_now
from renewals.rest.idempotency import idempotent
from renewals.rest.problems import problem
from signals.actions.intake import ensure_source, record_signals
from signals.core.errors import BatchTooLarge, FieldUnknown, JsonInvalid, SourceUnknown
from signals.core.verdicts import IntakeResult, ItemVerdict
from signals.models import Source

SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
COUNTS = ("sent", "accepted", "unchanged", "duplicate", "refused", "unmatched")
ENCODINGS = ("", "utf-8", "utf8")


class TooLarge(exceptions.APIException):
    """A body beyond the limit."""

    status_code = 413
    default_detail = "The body is larger than this address takes. Send fewer signals at once."


class StrictJSONParser(BaseParser):
    """JSON as the standard has it: no duplicate keys, no NaN, no number beyond a float; errors with their place."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the document; raise JsonInvalid naming line and column."""
        _check_charset(media_type or "")
        try:
            text = stream.read().decode("utf-8")
            document = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
            if SURROGATE.search(text):
                json.dumps(document, ensure_ascii=False).encode()
            return document
        except UnicodeEncodeError as error:
            raise JsonInvalid("A text holds half of a character pair (a lone surrogate).") from error
        except UnicodeDecodeError as error:
            raise JsonInvalid("The body is not UTF-8.", where=f"byte {error.start}") from error
        except json.JSONDecodeError as error:
            raise JsonInvalid(f"{error.msg}.", where=f"line {error.lineno}, column {error.colno}") from error
        except ValueError as error:  # a whole number of thousands of digits
            raise JsonInvalid("A number is too long.") from error
        except RecursionError as error:
            raise JsonInvalid("The document is nested too deeply.") from error


class VerdictSerializer(serializers.Serializer[ItemVerdict]):
    """What became of one signal; code, where, what and remedy only for those not kept."""

    position = serializers.IntegerField()
    verdict = serializers.ChoiceField(choices=["accepted", "duplicate", "unchanged", "refused", "unmatched"])
    differs = serializers.BooleanField(required=False)
    code = serializers.CharField(required=False)
    where = serializers.CharField(required=False)
    what = serializers.CharField(required=False)
    remedy = serializers.CharField(required=False)


class SignalSerializer(serializers.Serializer[Any]):
    """One signal as it is sent."""

    account = serializers.CharField(help_text="the account's external id")
    kind = serializers.CharField(help_text="family.name")
    occurred_at = serializers.DateTimeField()
    value = serializers.FloatField(required=False)
    external_id = serializers.CharField(required=False)
    subject = serializers.CharField(required=False)
    text = serializers.CharField(required=False)
    attributes = serializers.DictField(required=False)
    expires_at = serializers.DateTimeField(required=False)
    author = serializers.CharField(required=False)


class BatchSerializer(serializers.Serializer[Any]):
    """A batch."""

    # The field of the request is named like an option of DRF's own fields, which its stubs then expect.
    source = serializers.SlugField(  # type: ignore[assignment] # a declared field, not the option
        help_text="the sending system; it is made on its first batch"
    )
    signals = SignalSerializer(many=True)


class ResultSerializer(serializers.Serializer[IntakeResult]):
    """The counts and one verdict per signal in the order sent."""

    sent = serializers.IntegerField()
    accepted = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    refused = serializers.IntegerField()
    unmatched = serializers.IntegerField(help_text="held until their account is known")
    results = VerdictSerializer(many=True)


class SignalBatch(APIView):
    """Where systems send their signals."""

    scopes = {"POST": "signals:w"}
    parser_classes = [StrictJSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is too large or packed before reading it."""
        super().initial(request, *args, **kwargs)
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise exceptions.UnsupportedMediaType("packed", "Send the body unpacked, without Content-Encoding.")
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge

    @extend_schema(request=BatchSerializer, responses={200: ResultSerializer, 207: ResultSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep the batch: 200 when all was kept, 207 when some is refused or held, 413 beyond 10,000 signals."""
        key, items = _read(request.data)
        now, actor = database_now(), request.user.actor
        try:
            result = _record(key, items, by=actor, now=now)
        except BatchTooLarge as error:
            return problem(413, error.what, code=error.code, remedy=error.remedy)
        return Response(_answer(result), status=207 if result.refused or result.unmatched else 200)


def _record(key: str, items: list[Any], *, by: Actor, now: datetime) -> IntakeResult:
    """Keep the batch of a source, which is made on its first one."""
    batch = partial(record_signals, workspace_id=by.workspace_id, source_key=key, items=items, by=by, now=now)
    try:
        return batch()
    except SourceUnknown:
        ensure_source(workspace_id=by.workspace_id, key=key, kind=Source.Kind.API, by=by, now=now)
        return batch()


def _read(data: Any) -> tuple[str, list[Any]]:
    """Return the source key and the items of a batch; raise what is wrong with its frame."""
    if not isinstance(data, dict):
        raise JsonInvalid('A batch is an object: {"source": "…", "signals": […]}.')
    for name in data:
        if name not in ("source", "signals"):
            raise FieldUnknown(f"'{name[:60]}' cannot be set.", where=name[:60])
    items = data.get("signals")
    if not isinstance(items, list):
        raise JsonInvalid("signals must be a list.", where="signals")
    source = data.get("source")
    return (source if isinstance(source, str) else ""), items


def _answer(result: IntakeResult) -> dict[str, Any]:
    counts = {name: getattr(result, name) for name in COUNTS}
    return {**counts, "results": [_item(each) for each in result.verdicts()]}


def _item(each: ItemVerdict) -> dict[str, Any]:
    if each.code:
        told = {"code": each.code, "where": each.where, "what": each.what, "remedy": each.remedy}
        return {"position": each.position, "verdict": each.verdict, **told}
    known = {"differs": each.differs} if each.verdict == "duplicate" else {}
    return {"position": each.position, "verdict": each.verdict, **known}


def _check_charset(media_type: str) -> None:
    charset = media_type.lower().partition("charset=")[2].strip(' "')
    if charset not in ENCODINGS:
        raise exceptions.UnsupportedMediaType(media_type, "Send JSON as UTF-8.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonInvalid(f"The key '{twice[:60]}' appears twice in one object.", where=twice[:60])
    return made


def _constant(name: str) -> float:
    raise JsonInvalid(f"{name} is not a number in JSON.")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise JsonInvalid(f"{text[:40]} is beyond any usable number.")
    return number

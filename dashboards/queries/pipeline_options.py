"""The choices of one filter of the pipeline, counted over everything the person may see."""

from collections.abc import Mapping

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncQuarter

from dashboards.core.filters import Option, opened_filter
from dashboards.core.parts import Filter
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.people import team_options
from dashboards.queries.pipeline import DATED, DATED_WORDS, FIELDS, FILTERS, PATH, listed, quarter_words
from dashboards.queries.pipeline_sums import quarter_key
from playbooks.models import QueueEntry


def pipeline_filter(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices counted over everything the person may see; None for an unknown name."""
    if name not in FILTERS:
        return None
    chosen = {key: choice[key] for key in FIELDS if choice.get(key)}
    found = _dated_options(asker, name) if name in DATED else _options(listed(asker, {}).order_by(), name)
    return opened_filter(PATH, name, found, chosen)


def _dated_options(asker: Asker, name: str) -> list[Option]:
    choices = ((key, words) for (of, key), words in DATED_WORDS.items() if of == name)
    return [Option(key=key, text=words, count=listed(asker, {name: key}).count()) for key, words in choices]


def _options(entries: QuerySet[QueueEntry], name: str) -> list[Option]:
    if name == "quarter":
        quarters = entries.annotate(quarter=TruncQuarter("due_on")).values_list("quarter").annotate(n=Count("id"))
        return [Option(key=quarter_key(q), text=quarter_words(q), count=n) for q, n in quarters.order_by("quarter")]
    if name == "owner":
        owners = entries.values_list("owner_id", "owner__name").annotate(n=Count("id")).order_by("owner__name")
        return [Option(key=str(pk), text=words, count=n) for pk, words, n in owners]
    if name == "team":
        return team_options(entries)
    fields = {"category": "renewal__forecast_category", "stage": "renewal__stage", "segment": "segment"}
    return _counted(entries, fields[name])


def _counted(entries: QuerySet[QueueEntry], field: str) -> list[Option]:
    counted = entries.exclude(**{field: ""}).values_list(field).annotate(n=Count("id")).order_by(field)
    return [Option(key=key, text=title(key), count=n) for key, n in counted]

"""Documents of snapshots as the columns of a table to learn from. What a document does not know stays unknown."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from signals.core.learning.frame import CATEGORY, NUMBER, Column, category_column, number_column
from signals.core.snapshots.rules import SnapshotRules

Document = Mapping[str, Any]
Reader = Callable[[Document], Any]

SHOWN_FAMILIES = ("usage", "support", "billing", "relationship", "marketing", "health")
FLOWS = ("usage", "marketing")
"""Families whose volumes add up; of the others the number of signals and the mean value count."""
WEEKS_28 = 28 / 91
USERS, EVENTS = "usage.active_users", "usage.events"
"""The kind that counts people, and the one that counts what they do: what each does says more than what all do."""
NO_USE = frozenset({USERS, "usage.seats", "usage.usage_ratio", "usage.milestone"})
"""Kinds that nobody does: there is no figure of them per user."""
ACTIONABLE = frozenset({"usage", "support", "marketing", "relationship"})
MEANINGS = {
    "tenure_months": "tenure_months",
    "term_months": "term_months",
    "days_to_renewal": "days_to_renewal",
    "is_auto_renewing": "auto_renew",
    "discount": "discount_share",
    "unit_price_change": "price_uplift",
    "renewals_before": "renewals_count",
    "quantity": "seats",
    "seats": "seats",
    "days_to_first_value": "time_to_value",
}
"""The standard meanings of facts, as `signals/library/prior.toml` calls them; a measure's is its own key."""
READINGS = {
    (EVENTS, "per_user"): "usage_level",
    (USERS, "per_seat"): "usage_depth",
    ("relationship.sponsor_left", "count_182"): "sponsor_changes",
    ("relationship.nps", "mean"): "perceived_value",
    ("support.message", "mean"): "support_sentiment",
    ("support.ticket_resolved", "mean"): "response_hours",
}
"""The standard meanings of readings of a kind: what is sent to us by name has no other words."""
CONTRACT_WORDS = frozenset({"end_action"})
ACCOUNT_WORDS = frozenset({"complexity", "country", "industry", "region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """One column: where it comes from, what it means, and its kind. `path` leads through the document."""

    name: str
    kind: str
    family: str
    path: tuple[str, ...]
    meaning: str = ""
    is_actionable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Which facts some documents know, and how many of them each; parts add up, so that documents may be streamed."""

    rows: int = 0
    contract: Counter[str] = field(default_factory=Counter)
    account: Counter[str] = field(default_factory=Counter)
    touches: Counter[str] = field(default_factory=Counter)
    measures: Counter[str] = field(default_factory=Counter)
    volumes: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    words: frozenset[str] = frozenset()

    def __add__(self, other: "Census") -> "Census":
        return Census(
            rows=self.rows + other.rows,
            contract=self.contract + other.contract,
            account=self.account + other.account,
            touches=self.touches + other.touches,
            measures=self.measures + other.measures,
            volumes=self.volumes + other.volumes,
            attributes=self.attributes + other.attributes,
            words=self.words | other.words,
        )


def census_of(documents: Sequence[Document]) -> Census:
    """Return what these documents know."""
    return Census(
        rows=len(documents),
        contract=_known(document["contract"] for document in documents),
        account=_known(document["account"] for document in documents),
        touches=_known(document["touches"] for document in documents),
        measures=Counter(k for d in documents for k, (value, *_) in d["measures"].items() if value is not None),
        volumes=Counter(key for document in documents for key in document["volumes"]),
        attributes=Counter(name for document in documents for name in document["attributes"]),
        words=frozenset(k for d in documents for k, v in d["attributes"].items() if isinstance(v, (str, bool))),
    )


def column_specs(census: Census, rules: SnapshotRules, families: Mapping[str, str]) -> tuple[ColumnSpec, ...]:
    """Return the columns that can be filled, always in the same order; `families` is that of each measure."""
    return (
        *_contract_specs(census),
        *_account_specs(census),
        *_measure_specs(census, families),
        *_volume_specs(census, rules),
        *_attribute_specs(census, rules),
    )


def columns_of(documents: Sequence[Document], specs: Iterable[ColumnSpec]) -> tuple[Column, ...]:
    """Return the columns with a value per document; one that is not known is nan or None."""
    return tuple(_column(documents, spec) for spec in specs)


def spec_as_json(spec: ColumnSpec) -> dict[str, Any]:
    """Return the specification as plain data, to be kept with a model."""
    return {
        "name": spec.name,
        "kind": spec.kind,
        "family": spec.family,
        "path": list(spec.path),
        "meaning": spec.meaning,
        "is_actionable": spec.is_actionable,
    }


def spec_from_json(data: Mapping[str, Any]) -> ColumnSpec:
    """Return the specification that `spec_as_json` gave."""
    return ColumnSpec(**{**data, "path": tuple(data["path"])})


def _column(documents: Sequence[Document], spec: ColumnSpec) -> Column:
    read = _reader(spec.path)
    values = [read(document) for document in documents]
    options: dict[str, Any] = {
        "family": spec.family,
        "meaning": spec.meaning,
        "is_actionable": spec.is_actionable,
    }
    if spec.kind == CATEGORY:
        return category_column(spec.name, [_word(value) for value in values], **options)
    return number_column(spec.name, [_number(value) for value in values], **options)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (bool, int, float)) else None


def _word(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def _reader(path: tuple[str, ...]) -> Reader:
    section, *rest = path
    if section == "volumes":
        return lambda document: _volume(document, rest[0], rest[1])
    if section == "measures":
        return lambda document: (document["measures"].get(rest[0]) or (None,))[0]
    if section == "health":
        return lambda document: document["health"][int(rest[0])]
    if not rest:
        return lambda document: document.get(section)
    return lambda document: document[section].get(rest[0])


def _contract_specs(census: Census) -> list[ColumnSpec]:
    found = [
        ColumnSpec(
            name=f"contract.{name}",
            kind=CATEGORY if name in CONTRACT_WORDS else NUMBER,
            family="contract",
            path=("contract", name),
            meaning=MEANINGS.get(name, ""),
        )
        for name in sorted(census.contract)
    ]
    days = ColumnSpec(
        name="days_to_renewal", kind=NUMBER, family="contract", path=("days_to_renewal",), meaning="days_to_renewal"
    )
    return [days, *found]


def _account_specs(census: Census) -> list[ColumnSpec]:
    segment = ColumnSpec(name="account.segment", kind=CATEGORY, family="account", path=("segment",))
    found = [
        ColumnSpec(
            name=f"account.{name}",
            kind=CATEGORY if name in ACCOUNT_WORDS else NUMBER,
            family="relationship" if name.startswith("sponsor") else "account",
            path=("account", name),
            meaning=MEANINGS.get(name, ""),
        )
        for name in sorted(census.account)
    ]
    touches = [
        ColumnSpec(name=f"touches.{name}", kind=NUMBER, family="relationship", path=("touches", name))
        for name in sorted(census.touches)
    ]
    return [segment, *found, *touches]


def _measure_specs(census: Census, families: Mapping[str, str]) -> list[ColumnSpec]:
    measures = [
        ColumnSpec(
            name=f"measure.{key}",
            kind=NUMBER,
            family=_family(families.get(key, "")),
            path=("measures", key),
            meaning=key,
            is_actionable=_family(families.get(key, "")) in ACTIONABLE,
        )
        for key in sorted(census.measures)
    ]
    if not census.measures:
        return []
    health = [
        ColumnSpec(name=f"health.{name}", kind=NUMBER, family="health", path=("health", at), meaning=meaning)
        for at, name, meaning in (("0", "value", "health"), ("1", "coverage", ""))
    ]
    return [*measures, *health]


def _volume_specs(census: Census, rules: SnapshotRules) -> list[ColumnSpec]:
    fewest = max(2, rules.fewest_share * census.rows)
    kept = sorted(census.volumes.items(), key=lambda item: (-item[1], item[0]))[: rules.most_kind_columns]
    return [spec for key, count in sorted(kept) if count >= fewest for spec in _specs_of_kind(key)]


def _specs_of_kind(key: str) -> list[ColumnSpec]:
    family = _family(key.partition(".")[0])
    if family in FLOWS:
        wanted = ("28", "91", "change", "trend") if ":" in key else ("28", "91", "change", "trend", _per_seat(key))
        wanted = (*wanted, "per_user") if family == "usage" and ":" not in key and key not in NO_USE else wanted
    else:
        wanted = ("count_91", "count_182", "mean", "age")
    return [
        ColumnSpec(
            name=f"volume.{key}.{name}",
            kind=NUMBER,
            family=family,
            path=("volumes", key, name),
            meaning=READINGS.get((key, name), ""),
            is_actionable=family in ACTIONABLE,
        )
        for name in wanted
    ]


def _per_seat(key: str) -> str:
    """People are a level: their share of the seats is that of the mean week, whatever weeks are missing."""
    return "per_seat" if key == USERS else "per_unit"


def _attribute_specs(census: Census, rules: SnapshotRules) -> list[ColumnSpec]:
    kept = sorted(census.attributes.items(), key=lambda item: (-item[1], item[0]))[: rules.most_attribute_columns]
    return [
        ColumnSpec(
            name=f"attribute.{name}",
            kind=CATEGORY if name in census.words else NUMBER,
            family="attribute",
            path=("attributes", name),
        )
        for name, _ in sorted(kept)
    ]


def _volume(document: Document, key: str, name: str) -> float | None:
    """Return one reading of a kind. A family never seen is unknown; a kind not seen in a family that is, is 0."""
    row = document["volumes"].get(key)
    if row is None:
        is_heard = key.partition(".")[0] in document["families"]
        return 0.0 if is_heard and name not in ("change", "trend", "mean", "age", "per_user", "per_seat") else None
    count_28, total_28, count_91, total_91, count_182, total_182, age = row
    half_year = count_182 if total_182 is None else total_182
    quarter = count_91 if total_91 is None else total_91
    month = count_28 if total_28 is None else total_28
    match name:
        case "28":
            return float(month)
        case "91":
            return float(quarter * WEEKS_28)
        case "change":
            return month / (quarter * WEEKS_28) if quarter > 0 else None
        case "trend":
            return 2 * quarter / half_year if half_year > 0 else None
        case "per_unit":
            units = document["account"]["seats"] or document["contract"].get("quantity")
            return quarter * WEEKS_28 / units if units else None
        case "per_seat":
            units = document["account"]["seats"] or document["contract"].get("quantity")
            return quarter / count_91 / units if units and count_91 else None
        case "per_user":
            users = document["volumes"].get(USERS)
            return quarter / users[3] if users and users[3] else None
        case "mean":
            return total_182 / count_182 if total_182 is not None and count_182 else None
        case "age":
            return float(age)
        case _:
            return float(count_91 if name == "count_91" else count_182)


def _known(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter(name for row in rows for name, value in row.items() if value is not None)


def _family(name: str) -> str:
    return name if name in SHOWN_FAMILIES else "usage" if name == "adoption" else "health"

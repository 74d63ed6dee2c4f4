"""Files of one folder that no mapping names, by what the product proposes: accounts, their terms, what they did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from renewals.core.errors import NamedError
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.mapping_file import write_mapping
from renewals.queries.imports.limits import COMMAND_LINE
from renewals.queries.imports.opening import first_rows, suggested
from signals.actions.imports import all_kinds

ACCOUNTS, TERMS, SIGNALS = "accounts", "contracts", "signals"
OTHERS = ("tickets", "invoices", SIGNALS)
"""What else may be known of accounts; the kind with the most to ask for is tried first."""
OF_A_FEATURE, OF_USE = "usage.feature_used", "usage.events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A file with the mapping that the product proposes for it."""

    path: Path
    mapping: ImportMapping

    @property
    def key(self) -> str:
        """The column that names the account."""
        return self.mapping.columns["external_id" if self.mapping.kind == ACCOUNTS else "account"]

    def accounts(self) -> set[str]:
        """Return the accounts that its first rows name."""
        with self.path.open("rb") as stream:
            sample = first_rows(stream, name=self.path.name, limits=COMMAND_LINE)[1]
        place = sample.head.header.index(self.key)
        return {row[place].strip() for row in sample.rows}


def related(files: Sequence[Path]) -> list[Proposed]:
    """Return the files that can be brought in together; [] without terms that follow each other, and their accounts."""
    terms = _first(_proposed(TERMS, path) for path in files)
    if terms is None or not terms.mapping.observed_until:
        return []
    left = [path for path in files if path != terms.path]
    people = _naming_most([made for path in left if (made := _proposed(ACCOUNTS, path))], terms)
    if people is None:
        return []
    others = [_first(_proposed(kind, path) for kind in OTHERS) for path in left if path != people.path]
    return [people, terms, *(each for each in others if each is not None)]


def written(proposed: Proposed, dataset: str, spare: Path) -> Path:
    """Write the mapping as a file of `spare`; signals are unique within the folder they come from."""
    made = spare / f"{dataset}-{proposed.path.name.partition('.')[0]}.toml"
    made.write_text(write_mapping(replace(proposed.mapping, dataset=dataset, source=dataset)), encoding="utf-8")
    return made


def _naming_most(found: Sequence[Proposed], terms: Proposed) -> Proposed | None:
    """Return the file that knows the most of the accounts of the terms, None when none knows any."""
    wanted = terms.accounts()
    known = {each.path: len(wanted & each.accounts()) for each in found}
    best = max(found, key=lambda each: known[each.path], default=None)
    return best if best is not None and known[best.path] else None


def _first(found: Iterable[Proposed | None]) -> Proposed | None:
    return next((each for each in found if each is not None), None)


def _proposed(kind: str, path: Path) -> Proposed | None:
    """Return the product's mapping of the file as this kind, None when it lacks what the kind needs."""
    spec = all_kinds()[kind]
    try:
        with path.open("rb") as stream:
            mapping = suggested(
                stream, name=path.name, limits=COMMAND_LINE, spec=spec, ends_are_told=kind == TERMS
            ).mapping
    except (OSError, NamedError):
        return None
    mapping = _of_use(mapping) if kind == SIGNALS else mapping
    groups = [(field.name,) for field in spec.required] + list(spec.one_of)
    has_all = all(mapping.mapped_fields.intersection(group) for group in groups)
    names_account = kind == ACCOUNTS or "account" in mapping.columns
    return Proposed(path=path, mapping=mapping) if has_all and names_account else None


def _of_use(mapping: ImportMapping) -> ImportMapping:
    """Read rows of an account, a moment, and what was done or how often, as use: their words are no kinds of ours."""
    columns = dict(mapping.columns)
    named = columns.pop("kind", "")
    if named:
        columns.setdefault("subject", named)
    if not {"subject", "value"} & columns.keys():
        return mapping
    kind = OF_A_FEATURE if "subject" in columns else OF_USE
    return replace(mapping, columns=columns, constants={**mapping.constants, "kind": kind})

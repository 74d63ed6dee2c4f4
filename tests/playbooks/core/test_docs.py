"""docs/playbooks.md names every word that a definition or template may use, and every code."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from playbooks.core.fields import FACT_FIELDS
from playbooks.core.messages import VARIABLES
from playbooks.core.messages.language import FILTERS, TAGS
from playbooks.core.vocabulary import (
    AnchorKind,
    Automation,
    DayUnit,
    FormFieldKind,
    LatePolicy,
    MessageClass,
    PhasePurpose,
    ReEnrolment,
    Roll,
    SponsorSide,
    StepKind,
    SurveyScale,
    Unanswered,
    UpdateField,
    WhenMissing,
)
from renewals.core.conditions import Op

ROOT = Path(__file__).resolve().parents[3]
WORDS = (
    Op,
    AnchorKind,
    Automation,
    FormFieldKind,
    LatePolicy,
    MessageClass,
    PhasePurpose,
    ReEnrolment,
    Roll,
    SponsorSide,
    StepKind,
    SurveyScale,
    Unanswered,
    UpdateField,
    WhenMissing,
)
PAGE = (ROOT / "docs" / "playbooks.md").read_text()


@pytest.mark.parametrize("kind", WORDS)
def test_page_names_every_word(kind: type[StrEnum]) -> None:
    assert [word.value for word in kind if f"`{word.value}`" not in PAGE] == []


def test_page_names_every_fact_field_tag_filter_and_unit() -> None:
    names = [*FACT_FIELDS, *VARIABLES, *TAGS, *FILTERS]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
    assert [unit for unit in DayUnit if f"`{unit.value} = " not in PAGE] == []


def test_page_explains_exactly_the_codes_in_use() -> None:
    language = [ROOT / "renewals" / "core" / f"{name}.py" for name in ("condition_parse", "reading")]
    sources = "".join(path.read_text() for path in [*(ROOT / "playbooks" / "core").rglob("*.py"), *language])
    pattern = r"[EW]-(?:CAD|TPL|TXT)-\d\d"
    assert set(re.findall(pattern, PAGE)) == set(re.findall(pattern, sources))

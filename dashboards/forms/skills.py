"""The form of what a person can do; words are separated by commas."""

from collections.abc import Mapping
from typing import Any

from django import forms

from dashboards.queries.fit import PersonSkills
from renewals.actions.skills import MOST_OPEN, Skills

TICKED = forms.CheckboxSelectMultiple


class SkillsForm(forms.Form):
    """One person's segments, products, languages, skills and room."""

    person = forms.ChoiceField(label="Person")
    segments = forms.MultipleChoiceField(label="Segments", required=False, widget=TICKED)
    products = forms.MultipleChoiceField(label="Products", required=False, widget=TICKED)
    languages = forms.CharField(label="Languages", required=False, max_length=200, help_text="Two letters: en, de, fr.")
    skills = forms.CharField(
        label="Skills", required=False, max_length=600, help_text="For example: strategic accounts, public sector."
    )
    most_open = forms.IntegerField(
        label="Open renewals at most", required=False, min_value=1, max_value=MOST_OPEN, help_text="Empty: no limit."
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, choices: Mapping[str, Any], held: PersonSkills | None = None
    ) -> None:
        """Take whom the form may be about, and what is noted already."""
        super().__init__(data, initial=_initial(held))
        for name in ("people", "segments", "products"):
            self.fields["person" if name == "people" else name].choices = list(choices[name])
        if not choices["products"]:
            del self.fields["products"]

    def clean_languages(self) -> tuple[str, ...]:
        """Return the languages as two letters each."""
        words = _words(self.cleaned_data["languages"].lower())
        wrong = next((word for word in words if len(word) != 2 or not word.isalpha()), "")
        if wrong:
            raise forms.ValidationError(f"'{wrong}' is no language of two letters, such as en or de.")
        return words

    def clean_skills(self) -> tuple[str, ...]:
        """Return the skills one by one."""
        return _words(self.cleaned_data["skills"])

    def given(self) -> Skills:
        """Return the valid form as what the person can do."""
        found = self.cleaned_data
        return Skills(
            segments=tuple(found["segments"]),
            products=tuple(found.get("products", ())),
            languages=found["languages"],
            skills=found["skills"],
            most_open=found["most_open"],
        )


def _initial(held: PersonSkills | None) -> dict[str, Any]:
    if held is None:
        return {}
    return {
        "person": str(held.user_id),
        "segments": held.segments,
        "products": held.products,
        "languages": ", ".join(held.languages),
        "skills": ", ".join(held.skills),
        "most_open": held.most_open,
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())

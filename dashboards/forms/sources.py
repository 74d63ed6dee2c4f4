"""The forms of sources: a new one, its mapping, its pull, its secret; two records of one company."""

from typing import Any

from django import forms
from django.forms import BoundField

from signals.actions.sources.pulls import HEADERS
from signals.core.sources.shapes import PLACES
from signals.core.sources.signatures import SCHEMES
from signals.queries.library import shapes

SCHEME_CHOICES = [(scheme.key, scheme.name) for scheme in SCHEMES.values()]
PATH_LABELS = {
    "account": "Account",
    "type": "Type of the event",
    "id": "Id of the event",
    "occurred_at": "When it happened",
    "subject": "What it is about",
    "value": "Number",
    "text": "Text",
    "events": "List of events in a message",
}


def shape_choices() -> list[tuple[str, str]]:
    """Return the shapes by name."""
    return [(shape.key, shape.name) for shape in shapes().values()]


class SourceForm(forms.Form):
    """A system that is to send signed messages."""

    name = forms.CharField(label="Name", max_length=120)
    key = forms.SlugField(label="Short name", max_length=60, help_text="Small letters, digits, - and _; it stays.")
    shape = forms.ChoiceField(label="What it sends", choices=shape_choices)
    scheme = forms.ChoiceField(label="How it signs", choices=SCHEME_CHOICES)
    secret = forms.CharField(
        label="Its signing secret", required=False, max_length=400, help_text="Only where the other system makes it."
    )


class SecretForm(forms.Form):
    """A new secret in the place of the present one."""

    scheme = forms.ChoiceField(label="How it signs", choices=SCHEME_CHOICES)
    secret = forms.CharField(
        label="Its signing secret", required=False, max_length=400, help_text="Only where the other system makes it."
    )


class MappingForm(forms.Form):
    """Shape, paths and kinds of a source. Empty paths are those of the shape."""

    shape = forms.ChoiceField(label="What it sends", choices=shape_choices)
    kinds = forms.CharField(
        label="Own types of events",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One a line: their type = our kind, e.g. alarm = support.escalation. Nothing after = leaves it out.",
    )

    def __init__(self, *given: Any, kept: dict[str, Any] | None = None, **more: Any) -> None:
        """Add a field for each path; `kept` fills a form that was not sent."""
        super().__init__(*given, **more)
        paths = (kept or {}).get("paths", {})
        chosen = str(self.data.get("shape") or (kept or {}).get("shape", ""))
        of_shape = shapes()[chosen].paths if chosen in shapes() else {}
        for name in PLACES:
            hint = {"placeholder": of_shape.get(name, "")[:120], "spellcheck": "false"}
            self.fields[f"path_{name}"] = forms.CharField(
                label=PATH_LABELS[name],
                required=False,
                max_length=400,
                initial=paths.get(name, ""),
                widget=forms.TextInput(attrs=hint),
            )
        if kept is not None:
            self.fields["shape"].initial = kept["shape"]
            self.fields["kinds"].initial = "\n".join(f"{each} = {kind}" for each, kind in kept["kinds"].items())

    def visible_fields(self) -> list[BoundField]:
        """Return the fields that are not paths; those stand in a part of their own."""
        return [field for field in super().visible_fields() if not field.name.startswith("path_")]

    def path_fields(self) -> list[BoundField]:
        """Return the fields of the paths."""
        return [self[f"path_{name}"] for name in PLACES]

    def has_own_paths(self) -> bool:
        """Answer whether a path is other than the shape's."""
        return any(field.value() for field in self.path_fields())

    def choice(self) -> dict[str, Any]:
        """Return shape, paths and kinds as they were sent, also when something is wrong with them.

        Without the one character that no text of the database can hold.
        """
        found = {name: str(self.data.get(name, "")).replace("\x00", "") for name in self.fields}
        lines = (line.partition("=") for line in found["kinds"].splitlines() if line.strip())
        return {
            "shape": found["shape"],
            "paths": {name: found[f"path_{name}"].strip() for name in PLACES if found[f"path_{name}"].strip()},
            "kinds": {each.strip(): kind.strip() for each, _, kind in lines if each.strip()},
        }


class PullForm(forms.Form):
    """What is fetched on a schedule."""

    url = forms.CharField(label="Address", max_length=500, help_text="https, public. It is called with GET.")
    token = forms.CharField(
        label="Token", max_length=400, required=False, help_text="Empty keeps the present one, on the same host."
    )
    header = forms.ChoiceField(label="Header of the token", choices=[(name, name) for name in HEADERS])
    items_path = forms.CharField(label="Where the events are", max_length=200, required=False)
    cursor_parameter = forms.CharField(label="Parameter of the cursor", max_length=60, required=False)
    next_path = forms.CharField(label="Where the next cursor is", max_length=200, required=False)
    every_minutes = forms.IntegerField(label="Every … minutes", min_value=1, max_value=10_080, initial=60)


class FoldForm(forms.Form):
    """Two records of one company: signals of the first also count for the second, later ones go there."""

    folded = forms.CharField(label="Account that is folded", max_length=200, help_text="Its id or whole name.")
    into = forms.CharField(label="Account that stays", max_length=200, help_text="Its id or whole name.")


class ToneForm(forms.Form):
    """The tone of a message as a person hears it."""

    tone = forms.ChoiceField(
        label="How it sounds",
        widget=forms.RadioSelect,
        choices=[("-1", "Very unhappy"), ("-0.5", "Unhappy"), ("0", "Neither"), ("0.5", "Happy"), ("1", "Very happy")],
    )

"""The form of an upload: the file, what is in it, and how its columns are known."""

from typing import Any

from django import forms

from dashboards.core.import_mapping import READINGS
from dashboards.core.imports import mapping_title
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.imports.problems import MappingRefused
from renewals.queries.imports.mappings import shipped_mappings
from signals.queries.imports import import_specs

LARGEST_MAPPING = 200_000


class UploadForm(forms.Form):
    """A file to bring in; with a mapping, ready or one's own, its kind is known by that.

    Files stand last: of an upload that is cut for its size, what came before is kept.
    """

    kind = forms.ChoiceField(
        label="What is in it",
        error_messages={"required": "Say what is in the file, or choose a mapping that says it."},
    )
    mapping = forms.ChoiceField(label="Columns", required=False)
    encoding = forms.ChoiceField(label="Encoding", required=False)
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx,text/csv"}),
        help_text="CSV, CSV.gz or XLSX, 20 MB at most. The first row holds the names of the columns.",
    )
    mapping_file = forms.FileField(
        label="Or a mapping of your own",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".toml"}),
        help_text="A TOML file, as this page or the command suggest_mapping writes it.",
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["kind"].required = not ((data and data.get("mapping")) or (files and files.get("mapping_file")))
        kinds = [(name, spec.label) for name, spec in import_specs().items()]
        self.fields["kind"].choices = [("", "Choose, or let the columns say it"), *kinds]
        ready = [(name, f"Ready: {mapping_title(name)}") for name in shipped_mappings()]
        self.fields["mapping"].choices = [("", "Suggest them from the names"), *ready]
        self.fields["encoding"].choices = [("", "Find it out"), *READINGS["encoding"][1]]

    def clean_mapping_file(self) -> ImportMapping | None:
        """Return the mapping that was uploaded, read and checked; None without one."""
        uploaded = self.cleaned_data.get("mapping_file")
        if not uploaded:
            return None
        try:
            text = uploaded.read(LARGEST_MAPPING).decode("utf-8-sig")
            return read_mapping(text, kinds=import_specs())
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The mapping is not a UTF-8 text file.") from error
        except MappingRefused as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Settle on one mapping, or on a kind whose columns are to be suggested."""
        found = super().clean() or {}
        name = found.get("mapping")
        found["chosen"] = found.get("mapping_file") or (
            read_mapping(shipped_mappings()[name], kinds=import_specs()) if name else None
        )
        return found

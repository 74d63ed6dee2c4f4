"""Which files may be attached to a contract: what they really are by their first bytes, how large, how named."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from renewals.core.errors import FileEmpty, FileKindRefused, FileTooLarge
from renewals.core.text import check_line

LARGEST_BYTES = 10 * 1024 * 1024
MEGABYTE = 1024 * 1024

# The ending of a name, the first bytes that go with it and the type it is served as. No page, script or macro is among
# them: what is stored is handed out as an attachment and never shown by the site.
KINDS: Mapping[str, tuple[tuple[bytes, ...], str]] = MappingProxyType(
    {
        "pdf": ((b"%PDF-",), "application/pdf"),
        "docx": ((b"PK\x03\x04",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx": ((b"PK\x03\x04",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "odt": ((b"PK\x03\x04",), "application/vnd.oasis.opendocument.text"),
        "png": ((b"\x89PNG\r\n\x1a\n",), "image/png"),
        "jpg": ((b"\xff\xd8\xff",), "image/jpeg"),
        "jpeg": ((b"\xff\xd8\xff",), "image/jpeg"),
        "tif": ((b"II*\x00", b"MM\x00*"), "image/tiff"),
        "tiff": ((b"II*\x00", b"MM\x00*"), "image/tiff"),
    }
)
_PATH = re.compile(r".*[/\\]")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def check_document(*, name: str, content: bytes) -> tuple[str, str]:
    """Return the tidy name and the media type of a file.

    The name loses its folders and the marks that turn its reading direction. Raises FileEmpty, FileTooLarge,
    FileKindRefused for another kind or one that its first bytes contradict, RequiredValueMissing, TextNotAllowed.
    """
    tidy = check_line(_BIDI.sub("", _PATH.sub("", name)), label="File name", longest=200, is_required=True)
    if not content:
        raise FileEmpty("The file is empty.", where=tidy)
    if len(content) > LARGEST_BYTES:
        size, limit = len(content) / MEGABYTE, LARGEST_BYTES // MEGABYTE
        raise FileTooLarge(f"{size:.1f} MB; the limit is {limit} MB.", where=tidy)
    ending = tidy.rpartition(".")[2].casefold() if "." in tidy else ""
    if ending not in KINDS:
        raise FileKindRefused(f"'.{ending}' files are not kept." if ending else "The name has no ending.", where=tidy)
    starts, media_type = KINDS[ending]
    if not content.startswith(starts):
        raise FileKindRefused(f"This is no {ending.upper()} file, whatever its name says.", where=tidy)
    return tidy, media_type

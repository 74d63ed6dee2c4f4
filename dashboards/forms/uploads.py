"""The end of an upload that is too large: what goes beyond the limit is read off the line and never kept."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from renewals.queries.imports.limits import UPLOAD

TOO_LARGE = "perennial.upload_bytes"


class QuotaUploadHandler(FileUploadHandler):
    """Counts the bytes of each file; the first one beyond the limit ends the upload and marks the request."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.seen = self.announced = 0

    def handle_raw_input(self, *given: Any) -> None:
        """Remember how large the whole request says it is."""
        self.announced = int(given[2])

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on while there is room."""
        self.seen += len(raw_data)
        if self.seen > UPLOAD.wire_bytes:
            self.request.META[TOO_LARGE] = max(self.seen, self.announced)
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""

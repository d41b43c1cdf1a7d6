"""Answers that travel packed where the caller takes that."""

import gzip
from typing import Any, Final

from flask import Response, current_app, request

# Below this the headers of a packed answer weigh more than what is saved.
PACKED_MIN: Final = 1_400
# The first level packs names and addresses to a fifth; the sixth takes twice the time for a tenth.
LEVEL: Final = 1


def packed(answer: Any) -> Response:
    """An answer as gzip where the caller takes that: a first copy is tens of megabytes."""
    response = current_app.make_response(answer)
    response.vary.add("Accept-Encoding")
    plain = response.get_data()
    if len(plain) >= PACKED_MIN and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(plain, LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response

"""Answers that travel packed: a first copy is tens of megabytes, and phones are on weak lines."""

import gzip
from typing import Any, Final

from flask import Response, current_app, request

# Below this the headers weigh more than what is saved.
_BYTES_MIN: Final = 1_400
# The first level packs names and addresses to a fifth; the sixth takes twice the time for a tenth.
_LEVEL: Final = 1


def packed(answer: Any) -> Response:
    """An answer as gzip where the caller takes that, else as it is."""
    response = current_app.make_response(answer)
    response.vary.add("Accept-Encoding")
    plain = response.get_data()
    if len(plain) >= _BYTES_MIN and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(plain, _LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response

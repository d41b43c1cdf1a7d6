"""The drawn QR code is the one that was asked for, module by module."""

import re

import segno
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.routes.qr import drawn

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


@given(st.text("abcdefXYZ0189-_", min_size=1, max_size=120))
def test_the_path_draws_every_dark_module_and_no_other(tail: str) -> None:
    text = f"https://waystation.home.arpa:8443/#pair={tail}"
    code = drawn(text)
    painted = {
        (int(x) + step, int(y))
        for x, y, width, _ in RUN.findall(code.path)
        for step in range(int(width))
    }
    assert RUN.sub("", code.path) == ""
    made = segno.make(text, error="m", micro=False, boost_error=False)
    rows = [list(row) for row in made.matrix_iter(border=4)]
    assert painted == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert code.size == len(rows) == len(rows[0])

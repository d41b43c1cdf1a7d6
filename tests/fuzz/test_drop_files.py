"""A short run of the targets; a longer one is a fuzzer's business."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import drop_files

SNIPPETS = st.sampled_from(
    [b"1,", b'"', b"\n", b"{", b"}", b"[", b"]", b":", b"<Sale>", b"</Sale>", b"<Tender/>", b"&lt;",
     b"\xff\xfe", b"\x00", "単".encode("gb18030", "replace"), b"-1.00", b"1e9", b"\\ud800", b'"a"']
)  # fmt: skip


@pytest.mark.parametrize(
    "target",
    [
        drop_files.target,
        drop_files.csv,
        drop_files.json_lines,
        drop_files.json_array,
        drop_files.xml,
    ],
)
@given(data=st.one_of(st.binary(max_size=300), st.lists(SNIPPETS, max_size=40).map(b"".join)))
def test_no_bytes_break_a_reader(target: Callable[[bytes], None], data: bytes) -> None:
    target(data)

"""A short pass over every target, the same each time; and the runner finds what it is there for."""

import itertools
import random
from pathlib import Path

import pytest

from tests.fuzz import __main__ as runner
from tests.fuzz import _mutating, _targets
from tests.fuzz._targets import Target

INPUTS = 400


@pytest.mark.parametrize("name", _targets.names())
def test_nothing_that_others_send_breaks_it(name: str) -> None:
    target = _targets.load(name)
    made = _mutating.inputs(target.seeds, random.Random(f"the same each time/{name}"))
    for data in itertools.islice(made, INPUTS):
        try:
            target.run(data)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is a find)
            kept = runner.written(runner.FOUND / name, _mutating.shrunk(target.run, data))
            pytest.fail(f"{error!r}; python -m tests.fuzz {name} --replay {kept}")


def weak(data: bytes) -> None:
    assert b"\x1d\x1d" not in data, "two separators"


def test_a_weakness_is_found_made_small_and_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = Target("weak", weak, (b"4006381333931", b"10LOT\x1d17271231"))
    monkeypatch.setattr(_targets, "load", lambda _: target)
    turns = itertools.count()
    tried, crash = _mutating.fuzz(target, random.Random(7), lambda: next(turns) < 100_000)
    assert crash is not None
    assert crash.data == b"\x1d\x1d"
    assert "two separators" in crash.error
    assert tried < 100_000
    file = runner.written(tmp_path, crash.data)
    assert runner.replay(["weak"], file) == 1
    assert "two separators" in capsys.readouterr().err
    file.write_bytes(b"mended")
    assert runner.replay(["weak"], file) == 0


def test_what_takes_too_long_is_a_find_as_well() -> None:
    def slow(_: bytes) -> None:
        sum(range(20_000))

    assert "took more than" in _mutating.attempt(slow, b"", slow_s=0)
    assert _mutating.attempt(slow, b"", slow_s=60) == ""


def test_one_seed_gives_the_same_inputs_again() -> None:
    passes = [
        list(itertools.islice(_mutating.inputs((b"AB1",), random.Random(3)), 500)) for _ in "12"
    ]
    assert passes[0] == passes[1]
    assert len(set(passes[0])) > 200

"""Splink 5 over the records on standard input: prints the pairs it takes for one, and its cost.

Run by the peers' own Python. Trained as Splink's manual does it: the share of matches from strict
rules, u by sampling, m by expectation maximisation.
"""

import json
import logging
import resource
import sys
import time
from typing import Any

import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SURE = 0.5
COMPARISONS: dict[str, Any] = {
    "given": cl.NameComparison,
    "surname": cl.NameComparison,
    "number": cl.ExactMatch,
    "street": lambda name: cl.JaroWinklerAtThresholds(name, [0.9, 0.8]),
    "place": lambda name: cl.JaroWinklerAtThresholds(name, [0.9, 0.8]),
    "suburb": lambda name: cl.JaroWinklerAtThresholds(name, [0.9, 0.8]),
    "postcode": lambda name: cl.DamerauLevenshteinAtThresholds(name, [1, 2]),
    "state": cl.ExactMatch,
    "born": lambda name: cl.DamerauLevenshteinAtThresholds(name, [1, 2]),
    "social": lambda name: cl.DamerauLevenshteinAtThresholds(name, [1, 2]),
}
BLOCKS = (
    ("born",), ("given", "surname"), ("given", "postcode"), ("surname", "postcode"),
    ("given", "suburb"), ("surname", "suburb"), ("given", "street"), ("surname", "street"),
    ("street", "number"), ("street", "postcode"), ("suburb", "number"), ("place", "postcode"),
    ("place", "suburb"), ("street", "suburb"), ("place", "street"), ("postcode", "number"),
    ("social",),
)  # fmt: skip
TRAINING = (("born",), ("given", "surname"), ("postcode", "suburb"))


def main() -> None:
    """One question, one line of JSON."""
    logging.disable(logging.WARNING)
    question = json.load(sys.stdin)
    began = time.process_time()
    found = link(question["rows"], question["columns"], linking=question["link"])
    answer = {
        "pairs": found,
        "seconds": time.process_time() - began,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(answer))


def link(rows: list[dict[str, Any]], columns: list[str], *, linking: bool) -> list[list[str]]:
    """Ids of the pairs with a probability of a half or more."""
    known = {column: COMPARISONS[column](column) for column in columns}
    settings = SettingsCreator(
        link_type="link_only" if linking else "dedupe_only",
        comparisons=list(known.values()),
        blocking_rules_to_generate_predictions=rules(BLOCKS, columns),
    )
    api = DuckDBAPI()
    sides = [[r for r in rows if r["side"] == side] for side in (1, 0)] if linking else [rows]
    tables = [api.register(table(side, columns)) for side in sides]
    linker = Linker(tables if linking else tables[0], settings, log_level=logging.ERROR)
    strict = rules((("given", "surname", "born"), ("given", "surname", "postcode")), columns)
    training = linker.training
    training.estimate_probability_two_random_records_match(strict, recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    for rule in rules(TRAINING, columns):
        training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=SURE)
    return [[one["unique_id_l"], one["unique_id_r"]] for one in found.as_record_list()]


def rules(blocks: tuple[tuple[str, ...], ...], columns: list[str]) -> list[Any]:
    """Blocking rules over the columns there are."""
    return [block_on(*block) for block in blocks if set(block) <= set(columns)]


def table(rows: list[dict[str, Any]], columns: list[str]) -> pa.Table:
    """Rows as Splink takes them, ids and columns alone."""
    names = ["unique_id", *columns]
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    )


main()

"""Results as Markdown tables, and the page of the documentation that holds the last full run."""

import platform
import re
from collections.abc import Sequence
from pathlib import Path

from bench.cell import Cell
from bench.devices import Flood, Shop
from bench.drain import Drain
from bench.endurance import Endurance
from bench.ingest import Plan
from bench.peers import gateway
from bench.positions import Position
from bench.pushing import Pushed
from bench.scanners import Scans
from bench.secure import Pair
from bench.taking import Taken
from bench.tally import Tallied

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- results of `make bench` begin -->", "<!-- results end -->"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ingest(plan: Plan, cells: Sequence[Cell]) -> str:
    """The peers under each load, the fastest first, with their ratio to the gateway."""
    heads = ["peer", "clients", "events/s", "gateway ÷ peer", "p50 ms", "p99 ms", "CPU µs/event"]
    heads += ["fsyncs/event", "MiB", "stolen %", "others %"]
    rows = []
    for clients, batch in plan.loads:
        mine = [cell for cell in cells if (cell.clients, cell.batch) == (clients, batch)]
        own = next((cell for cell in mine if cell.name == gateway.NAME), None)
        rows += [_line(cell, own) for cell in sorted(mine, key=lambda cell: -cell.events_per_s)]
    return f"### {plan.title}\n\n{table(heads, rows)}"


def _line(cell: Cell, own: Cell | None) -> list[str]:
    ratio = f"{own.events_per_s / cell.events_per_s:.2f}" if own else "–"
    name = f"**{cell.name}**" if cell.name == gateway.NAME else cell.name
    fsyncs = "not counted" if cell.fsyncs is None else f"{cell.fsyncs:.3f}"
    rates = [f"{cell.events_per_s:,.0f}", ratio, f"{cell.p50_ms:.1f}", f"{cell.p99_ms:.1f}"]
    costs = [f"{cell.cpu_us:,.0f}", fsyncs, f"{cell.memory_mib:.0f}"]
    disturbed = [f"{cell.stolen * 100:.1f}", f"{cell.foreign * 100:.0f}"]
    return [name, str(cell.clients), *rates, *costs, *disturbed]


def drain(found: Sequence[Drain]) -> str:
    """Reading by cursor."""
    heads = ["page of 1,000 by", "events", "events/s", "CPU µs/event", "CPU ÷ gateway"]
    heads += ["p50 ms per page"]
    rows = []
    for one in found:
        ratio = f"{one.cpu_us / found[0].cpu_us:.1f}"
        rates = [f"{one.events:,}", f"{one.events_per_s:,.0f}", f"{one.cpu_us:.1f}", ratio]
        rows.append([one.name, *rates, f"{one.p50_ms:.1f}"])
    return f"### Reading the journal by cursor\n\n{table(heads, rows)}"


def taking(found: Taken) -> str:
    """A backlog taken in batches."""
    heads = ["entries taken", "entries/s", "CPU µs/entry", "p50 ms per batch of 1,000", "p99 ms"]
    heads += ["MiB before", "MiB after"]
    rates = [f"{found.entries_per_s:,.0f}", f"{found.cpu_us:.1f}"]
    waits = [f"{found.p50_ms:.1f}", f"{found.p99_ms:.1f}"]
    memory = [f"{found.memory_before_mib:.0f}", f"{found.memory_after_mib:.0f}"]
    row = [f"{found.entries:,}", *rates, *waits, *memory]
    return f"### A backlog taken in batches\n\n{table(heads, [row])}"


def tally(found: Tallied) -> str:
    """A day compared with its ERP."""
    heads = ["sales of the day", "entries in the journal", "our own s", "s by the clock"]
    heads += ["longest snapshot ms", "questions", "stolen %"]
    row = [f"{found.sales:,}", f"{found.entries:,}", f"{found.own_s:.1f}", f"{found.took_s:.1f}"]
    row += [f"{found.snapshot_s * 1000:.0f}", str(found.questions), f"{found.stolen * 100:.1f}"]
    return f"### A day compared with the ERP\n\n{table(heads, [row])}"


def pushing(found: Sequence[Pushed]) -> str:
    """What of a push is ours."""
    heads = ["Tryton", "customers", "sales", "s by the clock", "waiting for it s", "ours %"]
    heads += ["our processor s", "requests", "stolen %"]
    rows = [
        [
            one.name, str(one.customers), str(one.sales), f"{one.took_s:.1f}",
            f"{one.waiting_s:.1f}", f"{one.share * 100:.1f}", f"{one.cpu_s:.1f}",
            str(one.requests), f"{one.stolen * 100:.1f}",
        ]
        for one in found
    ]  # fmt: skip
    return f"### A backlog pushed to a real Tryton\n\n{table(heads, rows)}"


def secure(found: Sequence[Pair]) -> str:
    """The price of TLS."""
    heads = ["load", "events/s", "over TLS", "rate kept %", "CPU µs/event", "over TLS", "stolen %"]
    rows = []
    for pair in found:
        plain, tls = pair.plain, pair.secure
        rates = [f"{plain.events_per_s:,.0f}", f"{tls.events_per_s:,.0f}"]
        kept = f"{tls.events_per_s / plain.events_per_s * 100:.0f}"
        costs = [f"{plain.cpu_us:.0f}", f"{tls.cpu_us:.0f}"]
        load = f"{plain.clients} clients, {plain.batch} in a request"
        stolen = f"{max(plain.stolen, tls.stolen) * 100:.1f}"
        rows.append([load, *rates, kept, *costs, stolen])
    return f"### With and without TLS, fast disk\n\n{table(heads, rows)}"


def positions(found: Sequence[Position]) -> str:
    """Page cost by position."""
    heads = ["entries in the journal", "page after", "p50 ms per page of 1,000"]
    rows = [[f"{one.entries:,}", f"{one.after:,}", f"{one.p50_ms:.1f}"] for one in found]
    return f"### Where in the journal a page is\n\n{table(heads, rows)}"


def devices(shops: Sequence[Shop], flood: Flood) -> str:
    """Many devices, and what goes wrong with them."""
    heads = ["store", "minutes", "frames", "answered", "unplugged", "lost", "doubled",
             "p50 ms", "p99 ms", "worst ms", "stolen %"]  # fmt: skip
    rows = [
        [
            one.name, f"{one.seconds / 60:.1f}", f"{one.sent:,}", f"{one.acked:,}",
            f"{one.unplugged:,}", str(one.lost), str(one.doubled), f"{one.p50_ms:.1f}",
            f"{one.p99_ms:.1f}", f"{one.worst_ms:.1f}", f"{one.stolen * 100:.1f}",
        ]
        for one in shops
    ]  # fmt: skip
    beside = [
        [
            f"{flood.flooded_mb:.1f}", f"{flood.quiet_p95_ms:.1f}", f"{flood.beside_p95_ms:.1f}",
            f"{flood.beside_p95_ms / flood.quiet_p95_ms:.1f}", f"{flood.next_scan_ms:.1f}",
        ]
    ]  # fmt: skip
    told = ["MB of rubbish taken", "a till's p95 ms without", "beside it", "ratio",
            "next good scan, ms"]  # fmt: skip
    title = "### Simulated stores: from a scanner's last byte to the answer, and what is lost"
    flooded = "### One line full of rubbish: what others wait for"
    return f"{title}\n\n{table(heads, rows)}\n\n{flooded}\n\n{table(told, beside)}"


def scanners(found: Sequence[Scans]) -> str:
    """Serial byte to journal row."""
    heads = [
        "disk",
        "scans",
        "unanswered",
        "p50 ms",
        "p99 ms",
        "worst ms",
        "share of a core",
        "stolen %",
    ]
    rows = [
        [
            *(
                one.disk,
                f"{one.scans:,}",
                str(one.unanswered),
                f"{one.p50_ms:.1f}",
                f"{one.p99_ms:.1f}",
            ),
            *(f"{one.worst_ms:.1f}", f"{one.cpu_share:.2f}", f"{one.stolen * 100:.1f}"),
        ]
        for one in found
    ]
    title = (
        "### Ten serial scanners, 20 scans a second each: last byte sent to acknowledgement heard"
    )
    return f"{title}\n\n{table(heads, rows)}"


def endurance(found: Endurance) -> str:
    """After many events."""
    rows = [
        ["memory, just started", f"{found.memory_empty_mib:.0f} MiB"],
        [f"memory, {found.events:,} events later", f"{found.memory_full_mib:.0f} MiB"],
        ["ready, empty", f"{found.start_empty_s:.2f} s"],
        [f"ready, {found.events:,} entries", f"{found.start_full_s:.2f} s"],
        ["ready again after kill -9", f"{found.start_killed_s:.2f} s"],
        ["disk per event", f"{found.bytes_per_event:.0f} bytes"],
        ["taken in batches of 100 by 64 clients", f"{found.events_per_s:,.0f} events/s"],
    ]
    return f"### Memory and start\n\n{table(['what', 'figure'], rows)}"


def machine() -> str:
    """What it ran on, without a name."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    cores = Path("/proc/cpuinfo").read_text().count("processor\t")
    processor = model[1] if model else platform.machine()
    versions = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"Measured on {cores} cores of {processor}, {versions}."


def write(machine_line: str, parts: Sequence[str]) -> None:
    """Put these tables into the page; those that did not run this time stay as they are."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    held, _, after = rest.partition(END)
    sections = {_title(part): part.strip() for part in re.split(r"(?m)^(?=### )", held)[1:]}
    sections |= {_title(part): part for part in parts}
    told = [BEGIN, machine_line, *sections.values(), END]
    PAGE.write_text(before + "\n\n".join(told) + after, "utf-8")


def _title(part: str) -> str:
    return part.partition("\n")[0]

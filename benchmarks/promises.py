"""What is promised of speed, memory and growth, and whether a run holds it.

Most rows promise a ratio, which stands with the workload.  The others promise
a time or a memory, absolute or beside another row or program: :data:`BOUNDS`.
The interpreted life promises less, but of every row; growth has its exponents.
"""

import statistics
from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from benchmarks.figures import kib, ratio, seconds

#: Part of the peer's speed that the interpreted life reaches on every row ...
INTERPRETED = 1 / 3
#: ... but on these, whose sets are bits: it is so many times as fast.
SPARSE = 100.0
SPARSE_ROWS = {
    f"RangeSet: {operation} of sparse sets of 100,000"
    for operation in ("union", "intersection", "difference", "xor")
}


class Promise(NamedTuple):
    """One promise: of what, the figure that was measured, its limit, whether it holds."""

    name: str
    figure: str
    limit: str
    holds: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.figure}, must be {self.limit}"


class Bound(NamedTuple):
    """A limit of one figure of our compiled life on one row.

    key: the row.
    field: ``seconds``, or ``peak`` or ``kept`` (memory, KiB).
    limit: greatest value; a factor where ``than`` names something.
    than: another row of ours, or the column of another program on the same row.
    """

    key: str
    field: str
    limit: float
    than: str = ""


ENGINE = "Engine and clush"
TREES = "Trees of gateways"
ND = "RangeSetND and nD node sets"
SCATTERED = f"{ND}: fold 100,000 scattered x[1000-8999]c[0-7]s[0-7]b[0-1] names"
CLUBAK = "MsgTree and gathered output: clubak -b, 111,600 lines of 124 nodes"
BY_FILE = "NodeSet and groups: nodeset -r of 2,000 nodes against 20,000 YAML groups, whole process"
MILLION = "NodeSet and groups: cluset -f of 1,000,000 names on stdin, whole process"

BOUNDS = (
    Bound(SCATTERED, "seconds", 1.5),
    Bound(f"{ND}: 100x100x100 box minus 8 nodes, then len()", "seconds", 0.005),
    Bound("NodeSet and groups: nodeset -f node[1-10], whole process", "seconds", 0.030),
    Bound("Commands: keep the record of a run on 10,000 nodes", "seconds", 0.020),
    Bound(BY_FILE, "seconds", 0.4),
    Bound(MILLION, "seconds", 1.5),
    Bound(MILLION, "peak", 150 * 1024),
    Bound("MsgTree and gathered output: 128 keys × 1,000 unique lines", "peak", 0.5, "peer"),
    Bound(f"{CLUBAK}, same output", "peak", 1.2, "dshbak -c"),
    Bound(f"{CLUBAK}, all different", "peak", 1.2, "dshbak -c"),
    Bound(
        f"{ENGINE}: 500 local true from a parent holding 400 MiB",
        "seconds",
        1.3,
        f"{ENGINE}: 500 local true from a small parent",
    ),
    # Twenty times the commands, each within 15 % of the time that it takes among 1,000.
    Bound(
        f"{ENGINE}: 20,000 local true pending at fanout 64",
        "seconds",
        20 * 1.15,
        f"{ENGINE}: 1,000 local true, fanout 64, through Task",
    ),
    Bound(
        f"{ENGINE}: clush -b over 10,000 local nodes: from the last end to the last printed line",
        "seconds",
        0.010,
    ),
    # Fifty times the nodes.
    Bound(
        f"{ENGINE}: clush -R exec -f 64 -b -w n[1-50000] true",
        "seconds",
        50 * 1.15,
        f"{ENGINE}: clush -R exec -f 64 -b -w n[1-1000] true",
    ),
    Bound(f"{ENGINE}: clush -R exec -f 64 -b -w n[1-50000] true", "peak", 150 * 1024),
    Bound(f"{ENGINE}: 4 MiB of stdin broadcast to 8 commands", "peak", 8 * 1024),
    Bound(f"{ENGINE}: clush --version, whole process", "seconds", 0.040),
    Bound(
        f"{TREES}: 1,200 names that do not fold, through 4 gateways",
        "seconds",
        1.1,
        f"{TREES}: 1,200 names that do not fold, without gateways",
    ),
    Bound(
        f"{TREES}: 100,000 lines through one gateway, to a head node that stalls for a second",
        "peak",
        30 * 1024,
    ),
    Bound(f"{TREES}: 10,000 leaves behind 4 gateways, run on these", "peak", 10_000 * 2),
)

#: Least geometric means of the rows of the sweep, compiled.
SWEEP = {"RangeSet": 40.0, "RangeSetND": 25.0, "NodeSet": 25.0, "MsgTree": 3.0, "MsgTreeElem": 3.0}

#: Rows of the sweep that there must be none of.
SWEEP_COUNTS = {
    "slower": "rows slower than the released package",
    "interpreted slower by over 4": "rows more than 4 times slower, interpreted",
}

#: Greatest values of counts.
COUNTED = {"bytes kept by a range of a million": 1024, "Python calls per line gathered": 0}


def key(entry: dict[str, Any]) -> str:
    """Return the name of a row across runs and in the committed record."""
    return f"{entry['group']}: {entry['row']}"


def _ratio(name: str, measured: Optional[dict[str, float]], must: float) -> Iterator[Promise]:
    if measured:
        limit = f"at least {ratio(must)}"
        yield Promise(name, ratio(measured["median"]), limit, measured["median"] >= must)


def of_ratios(entry: dict[str, Any]) -> Iterator[Promise]:
    """Yield what one row promises beside the peer and beside other programs."""
    name, ratios = key(entry), entry["ratios"]
    # Nothing is slower than the peer, whatever else the row promises.
    yield from _ratio(name, ratios.get("compiled"), entry["must"] or 1.0)
    least = SPARSE if name in SPARSE_ROWS else INTERPRETED
    yield from _ratio(f"{name} [interpreted]", ratios.get("interpreted"), least)
    for program, column in entry["columns"].items():
        if column.get("must"):
            yield from _ratio(f"{name} [{program}]", ratios.get(program), column["must"])


def of_tables(entries: list[dict[str, Any]]) -> Iterator[Promise]:
    """Yield the promise on the interpreted life's mean over each table."""
    groups: dict[str, list[float]] = {}
    for entry in entries:
        measured = entry["ratios"].get("interpreted")
        if measured:
            groups.setdefault(entry["group"], []).append(measured["median"])
    for group, ratios in groups.items():
        mean = statistics.geometric_mean(ratios)
        name = f"{group}: geometric mean of the interpreted ratios"
        yield Promise(name, ratio(mean), "above 1×", mean > 1)


def of_bound(bound: Bound, rows: dict[str, dict[str, Any]]) -> Iterator[Promise]:
    """Yield the promise of a bound, if the run has its figures."""
    columns = rows.get(bound.key, {}).get("columns", {})
    figure = columns.get("compiled", {}).get(bound.field)
    if figure is None:
        return
    text = seconds if bound.field == "seconds" else kib
    what = {"seconds": "time", "peak": "memory", "kept": "memory kept"}[bound.field]
    name = f"{bound.key} [{what}]"
    if not bound.than:
        yield Promise(name, text(figure), f"at most {text(bound.limit)}", figure <= bound.limit)
        return
    if bound.than in rows:
        other, its = rows[bound.than]["columns"].get("compiled", {}), rows[bound.than]["row"]
    else:
        other = columns.get(bound.than, {})
        its = "the released package" if bound.than == "peer" else bound.than
    beside = other.get(bound.field)
    if beside:
        limit = f"at most {bound.limit:g} × that of {its} ({text(beside)})"
        yield Promise(name, text(figure), limit, figure <= bound.limit * beside)


def of_growth(growth: list[dict[str, Any]]) -> Iterator[Promise]:
    for found in growth:
        if "exponent" in found:
            yield Promise(
                f"growth of {found['name']}",
                f"exponent {found['exponent']:.2f}",
                f"at most {found['limit']:g}",
                found["holds"],
            )


def of_footprints(footprints: list[dict[str, Any]]) -> Iterator[Promise]:
    for found in footprints:
        if "each" in found:
            few, many = found["sizes"]
            name = f"{ENGINE}: {found['name']} ({few:,} to {many:,})"
            holds = found["each"] <= found["limit"]
            yield Promise(name, kib(found["each"]), f"at most {kib(found['limit'])}", holds)


def of_sweep(groups: dict[str, dict[str, Any]]) -> Iterator[Promise]:
    """Yield what is promised of every operation by every way in."""
    for name, found in groups.items():
        least, mean = SWEEP.get(name), found["compiled"]
        if least and mean:
            title = f"sweep of {name}: geometric mean"
            yield Promise(title, ratio(mean), f"at least {ratio(least)}", mean >= least)
        for field, title in SWEEP_COUNTS.items():
            count = found[field]
            yield Promise(f"sweep of {name}: {title}", f"{count:,}", "at most 0", count == 0)


def of_counts(counts: dict[str, int]) -> Iterator[Promise]:
    for name, limit in COUNTED.items():
        if name in counts:
            yield Promise(name, f"{counts[name]:,}", f"at most {limit:,}", counts[name] <= limit)


def of_result(result: dict[str, Any]) -> list[Promise]:
    """Return every promise that a result (or a record) has figures for."""
    rows = {key(entry): entry for entry in result["rows"]}
    found = [promise for entry in result["rows"] for promise in of_ratios(entry)]
    found += [promise for bound in BOUNDS for promise in of_bound(bound, rows)]
    found += of_tables(result["rows"])
    found += of_growth(result["growth"])
    found += of_counts(result["counts"])
    found += of_footprints(result["footprints"])
    found += of_sweep(result.get("sweep", {}).get("groups", {}))
    return found


def besides(result: dict[str, Any]) -> list[Promise]:
    """Return the promises that are neither ratios to the peer or a program, nor growth."""
    shown = {promise.name for entry in result["rows"] for promise in of_ratios(entry)}
    shown |= {promise.name for promise in of_growth(result["growth"])}
    return [promise for promise in of_result(result) if promise.name not in shown]


def unmet(result: dict[str, Any]) -> list[Promise]:
    return [promise for promise in of_result(result) if not promise.holds]

"""Statistics of a run: ``--stats``."""

from __future__ import annotations

from ClusterShell._cli.clush.outcomes import OK, STATES, Outcomes

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any, Callable

#: How many of the slowest nodes are named.
_SLOWEST = 5


def seconds(value: float) -> str:
    """Return a time as text, with three significant digits where it is short.

    >>> seconds(0.0123), seconds(12.34), seconds(3700)
    ('0.012 s', '12.3 s', '1:01:40')
    """
    if value < 10:
        return f"{value:.3f} s"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def durations(outcomes: Outcomes) -> dict[str, float] | None:
    """Return minimum, median, 95th percentile and maximum of what nodes took, None without any.

    A percentile is the smallest duration that so many percent of the nodes did not exceed.
    """
    found = sorted(took for node in outcomes.names if (took := outcomes.took(node)) is not None)
    if not found:
        return None
    last = len(found) - 1

    def percentile(percent: int) -> float:
        return found[max(0, min(last, -(-percent * len(found) // 100) - 1))]

    return {"min": found[0], "median": percentile(50), "p95": percentile(95), "max": found[-1]}


def slowest(outcomes: Outcomes) -> list[tuple[str, float]]:
    """Return the nodes that took longest, and how long."""
    pairs = [(node, outcomes.took(node)) for node in outcomes.names]
    ended = [(node, took) for node, took in pairs if took is not None]
    return sorted(ended, key=lambda pair: -pair[1])[:_SLOWEST]


def fields(outcomes: Outcomes) -> dict[str, Any]:
    """Return what the JSON summary of a run tells in addition."""
    found = durations(outcomes)
    rounded = None if found is None else {key: round(value, 6) for key, value in found.items()}
    nodes = [{"node": node, "duration": round(took, 6)} for node, took in slowest(outcomes)]
    return {"durations": rounded, "slowest": nodes}


class Stats:
    """Shows statistics when a run is over.

    :param outcomes: what is known of its nodes
    :param show: function of a line
    """

    def __init__(self, outcomes: Outcomes, show: Callable[[str], Any]) -> None:
        self._outcomes = outcomes
        self._show = show

    def over(self) -> None:
        """The run is over."""
        outcomes = self._outcomes
        states = {state: len(nodes) for state, nodes in outcomes.by_state().items()}
        counts = ", ".join(
            f"{states[state]} {state}" for state in STATES if states[state] or state == OK
        )
        took = seconds(outcomes.duration or 0.0)
        self._show(f"clush: {len(outcomes.nodes)} nodes in {took}: {counts}")
        found = durations(outcomes)
        if found is None:
            return
        low, median, p95, high = (seconds(value) for value in found.values())
        self._show(f"clush: a node took {low} to {high}, median {median}, 95th percentile {p95}")
        nodes = ", ".join(f"{node} ({seconds(time)})" for node, time in slowest(outcomes))
        self._show(f"clush: slowest: {nodes}")


def estimate(outcomes: Outcomes) -> str:
    """Return how much time a run may still take, for the progress line; empty if unknown."""
    done = len(outcomes.ends)
    left = len(outcomes.nodes) - done
    if not done or left <= 0:
        return ""
    return f" left: about {seconds(outcomes.now() * left / done)}"

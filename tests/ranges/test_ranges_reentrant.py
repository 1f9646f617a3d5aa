"""What operands, the collector and other threads may do to sets of ranges at work."""

import gc
import re
import sys
import threading
from functools import partial

import pytest

from ClusterShell._accel import namer
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from ClusterShell.RangeSet import RangeSet, RangeSetND


class Collector:
    """Runs at every allocation, and calls back each time, not within itself."""

    def __init__(self, act):
        self.act = act
        self.busy = False
        self.calls = 0

    def __call__(self, phase, info):
        if self.busy or phase != "start":
            return
        self.busy = True
        self.calls += 1
        try:
            self.act(self.calls)
        finally:
            self.busy = False

    def __enter__(self):
        self.threshold = gc.get_threshold()
        gc.callbacks.append(self)
        gc.set_threshold(1)
        return self

    def __exit__(self, *exc):
        gc.callbacks.remove(self)
        gc.set_threshold(*self.threshold)


def test_the_collector_adds_to_vectors_that_are_folded():
    def act(count):
        if count % 200 == 0:
            vectors.update(RangeSetND([[str(10**6 + count), str(10**9 + 7 * count)]]))

    for turn in range(2):
        vectors = RangeSetND([[str(k % 7), str(k // 7 + turn)] for k in range(40)])
        with Collector(act) as collector:
            for read in (str, len, list):
                try:
                    read(vectors)
                except RuntimeError as exc:
                    assert str(exc) == "set changed while it was folded"
        assert collector.calls
        assert len(vectors) >= 40


def test_the_collector_changes_ranges_that_are_read():
    def act(count):
        if count % 20 == 0:
            numbers.add(count * 3 % 5000)
            numbers.discard(str(count * 7 % 5000))

    numbers = RangeSet([number * 2 for number in range(1500)])
    with Collector(act):
        for turn in range(3):
            numbers.add(turn * 100)
            assert numbers[turn].isdigit()
            list(numbers.split(3))
            str(numbers)
            numbers.update(["7", "9"])
    assert len(numbers) == len(list(numbers))


def test_a_list_that_gets_shorter_while_it_is_read():
    def act(count):
        del listed[3:]

    listed = [f"n{number}" for number in range(5000)]
    with Collector(act):
        nodes = NodeSet.fromlist(listed, resolver=RESOLVER_NOGROUP)
    assert "n1" in nodes


def test_a_class_that_makes_no_objects():
    class Refusing(RangeSet):
        refuses = False

        def __new__(cls, *args):
            return None if cls.refuses else super().__new__(cls)

    numbers = Refusing("1-3")
    Refusing.refuses = True
    for operation in (numbers.__or__, numbers.__and__, numbers.__sub__, numbers.__xor__):
        with pytest.raises((TypeError, AttributeError)):
            operation(RangeSet("2-5"))


@pytest.mark.parametrize("cls", [RangeSet, RangeSetND, NodeSet])
def test_objects_made_without_their_constructor(cls):
    made = cls.__new__(cls)
    for use in (len, str, list, bool, lambda made: made.add("1"), lambda made: made | made):
        try:
            use(made)
        except Exception as exc:
            assert isinstance(exc, (AttributeError, TypeError))


def test_names_end_for_good():
    reader = iter(namer.Namer("n%s", RangeSet("1-3,5")._runs))
    assert list(reader) == ["n1", "n2", "n3", "n5"]
    for _ in range(5):
        assert next(reader, None) is None


@pytest.mark.parametrize(
    "use, items",
    [
        (lambda given: RangeSet("1-9").update(given), ["1", "2"]),
        (lambda given: RangeSet("1-9").update(given), [1, 2]),
        (lambda given: RangeSet.fromlist(given), ["1", "2"]),
        (lambda given: RangeSetND([(1, 2)] * 3, pads=given), [1, 2]),
        (lambda given: RangeSetND([given, ("3", "4")]), [1, 2]),
    ],
)
def test_lists_that_are_emptied_while_they_are_read(use, items):
    """At each moment: what is there is taken, or refused as such a list is."""
    moment = calls = 0
    while calls == moment:
        given = list(items)
        moment += 1
        with Collector(lambda call, at=moment, given=given: call == at and given.clear()) as run:
            try:
                use(given)
            except (ValueError, IndexError) as exc:
                assert re.search("a vector of . axes|list index out of range", str(exc))
        calls += run.calls >= moment
    assert moment > 1


def given_away():
    ranges = [[RangeSet("1-3"), RangeSet(str(number))] for number in range(20)]
    return RangeSetND(ranges, copy_rangeset=False)


def test_vectors_given_away_are_asked_for_by_two_at_a_time():
    """The second one changes the set, at each moment while the first one reads."""
    moment = calls = 0
    while calls == moment:
        grid = given_away()
        moment += 1
        change = partial(grid.update, RangeSetND([("9", "9")]))
        with Collector(lambda call, at=moment, change=change: call == at and change()) as run:
            assert "1-3; 0-19\n" in str(grid)
        calls += run.calls >= moment
        assert len(grid) == 60 + (run.calls >= moment)
    assert moment > 2


def test_threads_that_are_first_to_ask_for_vectors_given_away():
    def read(number):
        seen[number] = str(grid)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(30):
            grid = given_away()
            seen = [None] * 4
            threads = [threading.Thread(target=read, args=[number]) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert seen == ["1-3; 0-19\n"] * 4
    finally:
        sys.setswitchinterval(interval)


def test_threads_fold_and_change():
    def work():
        try:
            for turn in range(60):
                vectors.update(RangeSetND([[str(turn), "1-3"]]))
                str(vectors)
        except RuntimeError:
            pass
        except Exception as exc:
            errors.append(exc)

    vectors, errors = RangeSetND([["1", "1"]]), []
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert str(vectors)

"""Results of a task and of its workers: how they are read while they change."""

import pytest

from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecWorker


@pytest.fixture
def two():
    """A task, and two workers of it whose results a test gives."""
    task = task_self()
    task._reset()
    workers = [ExecWorker("n[1-9]", handler=None, command="true") for _ in range(2)]
    for worker in workers:
        worker.task = task
    yield task, *workers
    task._reset()


def test_codes_come_in_the_order_in_which_they_first_came(two):
    task, one, other = two
    for worker, key, rc in [(one, "a", 2), (one, "b", 0), (other, "a", 2), (other, "c", 0)]:
        task._rc_set(worker, key, rc)
    assert list(task.iter_retcodes()) == [(2, ["a", "a"]), (0, ["b", "c"])]
    assert list(task.iter_retcodes(match_keys=["c"])) == [(2, []), (0, ["c"])]
    for some in (("c", "x"), ["c", 1], {"c"}):
        assert list(task.iter_retcodes(some)) == [(2, []), (0, ["c"])]
    assert list(one.iter_node_retcodes()) == [("a", 2), ("b", 0)]
    assert [(rc, str(nodes)) for rc, nodes in other.iter_retcodes(["a"])] == [(2, "a")]
    assert (task.node_retcode("a"), other.node_rc("c"), task.max_retcode()) == (2, 0, 2)


def test_of_several_ends_of_a_key_the_last_one_counts(two):
    task, one, _ = two
    for key, rc in [("a", 3), ("b", 2), ("a", 2)]:
        task._rc_set(one, key, rc)
        list(task.iter_retcodes())
    assert list(task.iter_retcodes()) == [(2, ["a", "b"])]
    task._rc_set(one, "c", 3)
    assert list(task.iter_retcodes()) == [(2, ["a", "b"]), (3, ["c"])]
    assert one.node_rc("a") == 2


def test_codes_of_the_only_worker(two):
    task, one, other = two
    for key, rc in [("a", 0), ("b", 2), ("c", 0)]:
        task._rc_set(one, key, rc)
    found = [(rc, str(nodes)) for rc, nodes in one.iter_retcodes()]
    assert found == [(0, "a,c"), (2, "b")]
    assert list(other.iter_retcodes()) == []
    begun = one.iter_retcodes()
    next(begun)
    task._rc_set(one, "d", 3)
    assert [(rc, str(nodes)) for rc, nodes in begun] == [(2, "b")]
    task._rc_set(other, "a", 2)
    assert [(rc, str(nodes)) for rc, nodes in one.iter_retcodes()] == [*found, (3, "d")]


def test_codes_are_read_when_they_are_asked_for(two):
    task, one, _ = two
    asked = task.iter_retcodes(), one.iter_retcodes(), one.iter_node_retcodes()
    task._rc_set(one, "a", 1)
    assert [len(list(found)) for found in asked] == [1, 1, 1]
    begun = task.iter_retcodes()
    next(begun)[1].append("not kept")
    task._rc_set(one, "b", 1)
    assert list(begun) == []
    assert list(task.iter_retcodes()) == [(1, ["a", "b"])]


@pytest.mark.parametrize("ask", ["iter_retcodes", "iter_keys_timeout"])
def test_what_comes_while_they_are_read_is_an_error(two, ask):
    task, one, _ = two
    task._rc_set(one, "a", 1)
    task._timeout_add(one, "a")
    begun = getattr(task, ask)()
    next(begun)
    task._rc_set(one, "b", 2)
    task._timeout_add(one, "b")
    with pytest.raises(RuntimeError, match="changed size during iteration"):
        next(begun)


def test_timeouts_of_a_task_and_of_a_worker(two):
    task, one, other = two
    asked = task.iter_keys_timeout(), one.iter_keys_timeout(), other.iter_keys_timeout()
    assert not one.did_timeout() and one.num_timeout() == 0
    for worker, key in [(one, "a"), (one, "b"), (other, "a"), (other, "a")]:
        task._timeout_add(worker, key)
    assert [list(found) for found in asked] == [["a", "b", "a"], ["a", "b"], ["a"]]
    assert (task.num_timeout(), one.num_timeout(), other.num_timeout()) == (3, 2, 1)
    one.forget_results()
    assert (task.num_timeout(), one.num_timeout(), one.did_timeout()) == (1, 0, False)
    assert other.did_timeout() and list(task.iter_keys_timeout()) == ["a"]


class _Like(str):
    """Equal to a text, and found under another hash."""

    __slots__ = ()
    __eq__ = str.__eq__

    def __hash__(self):
        return 1


def test_keys_are_asked_for_by_what_they_are_equal_to(two):
    task, one, _ = two
    task._rc_set(one, "a", 5)
    task._msg_add(one, "a", "stdout", b"said")
    assert task.node_retcode(_Like("a")) == 5
    assert task.node_buffer(_Like("a")) == b"said"
    for missing in ("b", ["a"]):
        with pytest.raises(KeyError):
            task.node_retcode(missing)
        assert task.node_buffer(missing) == b""
    with pytest.raises(TypeError, match="unhashable"):
        one.node_rc(["a"])
    with pytest.raises(KeyError, match="'b'"):
        one.node_rc("b")


def test_one_key_where_several_are_expected(two):
    task, one, _ = two
    task._rc_set(one, "a", 5)
    assert list(task.iter_retcodes(match_keys="ab")) == [(5, ["a"])]
    with pytest.raises(TypeError, match="not iterable"):
        list(task.iter_retcodes(match_keys=5))
    assert list(task.iter_retcodes(match_keys=(key for key in "ba"))) == [(5, ["a"])]

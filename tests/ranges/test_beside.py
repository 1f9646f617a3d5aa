"""Range sets whose elements are kept as plain sets of texts, beside whatever else: interpreted."""

import copy
import pickle
import random
import threading

import pytest

from ClusterShell import _accel
from ClusterShell._kernels import _beside, _compared, _shortcuts, _texts, intervals, runset
from ClusterShell.RangeSet import RangeSet


def texts(*numbers):
    return {str(number) for number in numbers}


def of_texts():
    """A set of which nothing is kept but texts."""
    made = RangeSet("1-20")
    made &= texts(*range(3, 40))
    return made, texts(*range(3, 21))


def of_known():
    """A set of which all texts are known, for they were asked for."""
    made = RangeSet("1-6,9")
    for _ in range(9):
        assert "3" in made
        assert "7" not in made
    return made, texts(1, 2, 3, 4, 5, 6, 9)


def of_edited():
    """A set of which something is kept, and something added and taken out."""
    made, model = of_known()
    made.remove("3")
    made.add("12")
    made.discard(4)
    return made, (model - texts(3, 4)) | texts(12)


def of_runs():
    return RangeSet("1-6,9"), texts(1, 2, 3, 4, 5, 6, 9)


SETS = [of_texts, of_known, of_edited, of_runs]


def remove(made, model):
    element = min(model)
    made.remove(element)
    model.remove(element)


def remove_number(made, model):
    element = max(model)
    made.remove(int(element))
    model.remove(element)


def pop(made, model):
    model.remove(made.pop())


def pad(made, model):
    made.padding = 3
    padded = {text.zfill(3) for text in model}
    model.clear()
    model |= padded


def add_range(made, model):
    made.add_range(5, 9)
    model |= texts(5, 6, 7, 8)


def method(name, *args, plain=None):
    """A call that a set and its model both have."""

    def call(made, model):
        getattr(made, name)(*args)
        getattr(model, plain or name)(*args)

    call.__name__ = name
    return call


SOME = texts(2, 5, 30)
CHANGES = [
    remove,
    remove_number,
    pop,
    pad,
    add_range,
    method("clear"),
    method("add", "5"),
    method("add", "30"),
    method("discard", "5"),
    method("discard", "30"),
    *[
        method(name, kind(SOME))
        for kind in (set, frozenset, list, tuple)
        for name in (
            "update",
            "difference_update",
            "intersection_update",
            "symmetric_difference_update",
        )
    ],
    *[method(name, SOME) for name in ("__ior__", "__iand__", "__isub__", "__ixor__")],
]


def check(made, model):
    """Compare all that can be asked, first what asks for nothing to be made up again."""
    for element in [*model, "77", "030", "4"]:
        assert (element in made) == (element in model)
        assert element[:1] == "0" or (int(element) in made) == (element in model)
    assert made == model
    assert made <= model
    assert made.issuperset(model)
    assert not made.isdisjoint(model | {"x"}) or not model
    assert len(made) == len(model)
    assert set(made) == model
    assert list(made) == sorted(model, key=lambda text: (len(text), text))
    assert list(made) == list(made)
    assert RangeSet(str(made) or None) == made
    assert pickle.loads(pickle.dumps(made)) == made


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("make", SETS)
def test_a_change_leaves_nothing_known_that_is_not_so(make, change):
    made, model = make()
    change(made, model)
    check(made, model)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("make", SETS)
def test_copies_share_what_is_known_and_no_change(make, change):
    made, model = make()
    before = set(model)
    twins = [made.copy(), copy.copy(made)]
    change(twins[0], model)
    check(twins[1], before)
    check(made, before)
    check(twins[0], model)


@pytest.mark.parametrize("make", SETS)
def test_results_are_sets_of_their_own(make):
    made, model = make()
    for operation in ("__or__", "__and__", "__sub__", "__xor__"):
        found = getattr(made, operation)(SOME)
        expected = getattr(model, operation)(SOME)
        assert type(found) is RangeSet
        assert found == expected
        found.update(["5", "80"])
        found.discard("2")
        check(found, (expected | texts(5, 80)) - texts(2))
        check(made, model)


@pytest.mark.parametrize("kind", [set, frozenset])
@pytest.mark.parametrize("make", SETS)
def test_plain_results_may_be_changed(make, kind):
    made, model = make()
    for operation in ("__or__", "__and__", "__sub__", "__xor__"):
        found = getattr(kind(SOME), operation)(model)
        assert getattr(made, operation.replace("__", "__r", 1))(kind(SOME)) == found
        assert getattr(made, operation)(frozenset(SOME)) == getattr(model, operation)(SOME)
        plain = getattr(made, operation)(frozenset(SOME))
        assert type(plain) is set
        plain.clear()
        check(made, model)


def test_an_iterator_does_not_follow_changes():
    made, model = of_known()
    list(made)
    walk = iter(made)
    assert next(walk) == "1"
    made -= texts(2)
    made.add("99")
    assert list(walk) == ["2", "3", "4", "5", "6", "9"]


@pytest.mark.parametrize(
    "others",
    [
        ["007"],
        [""],
        [" 7"],
        ["\u0663"],
        ["\u00b2"],
        ["7" * 30],
        ["-5"],
        [-5],
        [10**18],
        [True],
        [3, "x"],
        ["3", 4],
        ["1,2"],
        [str(n) for n in range(200)] + ["1,2"],
        [str(n) for n in range(200)] + [""],
        [str(n) for n in range(200)] + ["\u0663"],
        [str(n) for n in range(200)] + ["7" * 30],
        [str(n) for n in range(200)] + ["7" * 700],
        list(range(-3, 200)),
        list(range(9000, 9300)),
    ],
    ids=str,
)
@pytest.mark.parametrize("make", SETS)
def test_unusual_elements_are_as_in_a_small_set(make, others):
    """Each taken in alone, where the same is asked for in one go, or both are refused."""
    for name in ("update", "difference_update"):
        made, _ = make()
        one, _ = make()
        try:
            for other in others:
                (one.update if name == "update" else one.difference_update)([other])
        except ValueError:
            before = list(made)
            with pytest.raises(ValueError):
                getattr(made, name)(others)
            assert list(made) == before
            continue
        getattr(made, name)(others)
        assert list(made) == list(one)


def test_what_is_missing_cannot_be_taken_out():
    for make in SETS:
        made, model = make()
        for element in ("77", "007", 77, "x", -1):
            with pytest.raises((KeyError, ValueError)):
                made.remove(element)
            made.discard(element)
        check(made, model)


def test_a_text_is_taken_out_that_waits_and_is_kept():
    made, model = of_runs()
    made.add("3")
    made.remove("3")
    assert "3" not in made
    check(made, model - texts(3))
    made, model = of_runs()
    made.add("9")
    assert made.pop() == "9"
    check(made, model - texts(9))


@pytest.mark.parametrize("seed", range(15))
def test_random_programs(seed):
    rng = random.Random(seed)
    sets = [(RangeSet(), set()), (RangeSet("0-99"), texts(*range(100))), of_texts(), of_edited()]
    for _ in range(250):
        at = rng.randrange(len(sets))
        made, model = sets[at]
        some = [str(rng.randrange(120)) for _ in range(rng.choice((0, 1, 3, 9, 60, 300)))]
        kind = rng.choice((set, frozenset, list, tuple, iter))
        name = rng.choice(("update", "difference_update", "intersection_update",
                           "symmetric_difference_update", "copy", "in", "own", "edit"))  # fmt: skip
        if name == "copy":
            sets[rng.randrange(len(sets))] = made.copy(), set(model)
        elif name == "in":
            assert [text in made for text in some] == [text in model for text in some]
        elif name == "own":
            other = sets[rng.randrange(len(sets))]
            name = rng.choice(
                ("__ior__", "__iand__", "__isub__", "__ixor__", "union", "difference")
            )
            found, expected = getattr(made, name)(other[0]), getattr(model, name)(other[1])
            assert found == expected
            assert (made <= other[0], made == other[0]) == (model <= other[1], model == other[1])
        elif name == "edit":
            for text in some[:3]:
                rng.choice((made.add, made.discard))(text)
                model.discard(text)
                if text in made:
                    model.add(text)
        else:
            getattr(made, name)(kind(some) if kind is not iter else (text for text in some))
            getattr(model, name)(some if name != "symmetric_difference_update" else set(some))
        if rng.random() < 0.2:
            check(*sets[at])
    for made, model in sets:
        check(made, model)


def test_threads_may_ask_at_the_same_time():
    """Copies in several threads make up and share the same; one of them changes its own."""
    made = RangeSet("0-199,300-399")
    expected = set(map(str, [*range(200), *range(300, 400)]))
    wrong = []

    def ask(change):
        for turn in range(200):
            mine = made.copy()
            if change:
                mine.add(str(1000 + turn))
                mine.discard("5")
                found = mine - {"77"}
                right = (expected | {str(1000 + turn)}) - {"5", "77"}
            else:
                found = mine - {"77"}
                right = expected - {"77"}
            if found != right or ("5" in mine) is change or list(made)[:3] != ["0", "1", "2"]:
                wrong.append(turn)

    threads = [threading.Thread(target=ask, args=(change,)) for change in (False, True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# -- how it is done


def interpreted(runs):
    """Return a set of the interpreted life."""
    made = runset.RunSet.__new__(runset.RunSet)
    made._runs = runs
    made._autostep = None
    return made


def test_few_elements_beside_many_are_looked_up():
    made = interpreted(intervals.read("0-999999"))
    assert made.isdisjoint({"1000000"})
    for operation in ("__sub__", "__and__", "__xor__", "__or__"):
        getattr(made, operation)({"5", "1000000"})
        assert made._runs.elements is None


def test_texts_are_made_once_for_all_copies():
    made = interpreted(intervals.read("1-9"))
    one, other = interpreted(made._runs.copy()), interpreted(made._runs.copy())
    assert one - frozenset("3") == set("12456789")
    assert other - frozenset("4") == set("12356789")
    assert other._runs.elements is one._runs.elements is not None


def test_an_element_taken_out_of_many_waits():
    made = interpreted(intervals.read("0-99999"))
    made.discard("5")
    assert made._runs.gone == {"5"}
    assert len(made) == 99999
    assert made._runs.gone is None


@pytest.mark.parametrize(
    ("container", "found"),
    [
        ({"7", "07"}, {"7", "07"}),
        ([7, 8, 8], {"7", "8"}),
        ([9000, 7], {"7", "9000"}),
        ([], set()),
        ([-1], None),
        ([True], None),
        (["7", 7], None),
        (["7" * 601], None),
        ([""], None),
    ],
    ids=str,
)
def test_plain_elements(container, found):
    assert _texts.to_add(container) == found


def test_no_part_of_it_is_compiled():
    assert not any(room.__name__.rpartition(".")[2] in _accel.KERNELS
                   for room in (_beside, _compared, _shortcuts, _texts))  # fmt: skip

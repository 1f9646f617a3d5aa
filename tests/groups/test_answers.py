"""Answers of group sources: how long they are kept, and the words in them (_groups.answers)."""

import time

import pytest

from ClusterShell._groups import answers
from ClusterShell._groups.errors import notices


def test_an_answer_is_kept_for_its_age(monkeypatch):
    cache = {}
    answers.keep(cache, "k", "x", 10)
    assert answers.cached(cache, "k") == "x"
    assert answers.cached(cache, "other") is None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11)
    assert answers.cached(cache, "k") is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", []),
        (" a\nb  c ", ["a", "b", "c"]),
        (["a b", "c"], ["a", "b", "c"]),
        (("a",), ["a"]),
        ({"a": 1}.keys(), ["a"]),
        (None, []),
    ],
)
def test_words(answer, words):
    assert list(answers.words(answer, ValueError)) == words


@pytest.mark.parametrize("answer", [5, b"a", [b"a"], ["a", 5], {"a": "n1"}, [None]])
def test_what_is_no_text(answer):
    with pytest.raises(ValueError):
        list(answers.words(answer, ValueError))


def test_names_that_cannot_be_those_of_groups_are_told():
    told = []
    notices.heard_by(told.append)
    try:
        assert answers.without_blanks("s", ["a", "b c", "", " ", 5]) == ["a", 5]
        assert answers.legal("s", ["a", "b,&,c"], set(",&")) == ["a"]
        assert answers.legal("s", ["a", "b,&,c"], set()) == ["a", "b,&,c"]
    finally:
        notices.heard_by(None)
    assert [text.split('"')[1] for text in told] == ["b c", "", " ", "b,&,c"]

"""A gateway answers every message as that of the released package does.

What it said is recorded (``tests/recorded/gateway``); the cases in which ours does something
else on purpose are named here, with what it does.
"""

import os
import sys

import pytest

from tests.recorded import load
from tests.recorded.gateway.cases import ALL, ATTRIBUTES, each_kind
from tests.recorded.gateway.talk import Talker, answer

RECORDED = {line["name"]: line for line in load("gateway/answers.jsonl")}

NUMBERS = ("msgid", "srcid", "ack", "retcode")

#: Errors where the released gateway answers nothing, or something of its innards.
ERRORS = {
    "message in a message, before": "Invalid starting tag message",
    "message in a message, after": "Invalid starting tag message",
    "channel in the channel, after": "unexpected message: Message CHA (type: CHA, msgid: 2)",
    "command is []": "a command is a string, not []",
    # A number that is none: the released gateway ends without a word.
    **{
        f"{kind}, {name} {what}, {when}": 'Invalid "message" attributes: invalid literal for '
        f"int() with base 10: {'x' if what == 'a word' else ''!r}"
        for kind in ATTRIBUTES
        if kind not in ("CHA", "END", "GEN", "XXX")
        for name in NUMBERS
        for what in ("a word", "empty")
        for when in ("before", "after")
    },
}

#: Where the released gateway waits for ever.
ANSWERS = {
    "info fanout is -1": {"text": {"OUT 7 n1": "a\n"}, "codes": {"7 n1": 0}},
}


def difference(name, line):
    """Return what ours does where the released gateway does as in *line*."""
    found = {key: line[key] for key in ("answer", "code", "ended")}
    told = found["answer"]
    if name in ERRORS:
        found["ended"] = True
        found["answer"] = {**told, "errors": [ERRORS[name]], "closed": told["opened"]}
        if name == "channel in the channel, after":
            found["answer"].update(acks=[1], text={}, codes={})
    elif name in ANSWERS:
        found["answer"] = {**told, **ANSWERS[name]}
    elif sys.version_info < (3, 11) and name in ("shell: text", "write: text"):
        # Python's own words, recorded on 3.11.
        words = [error.replace(", not 'str'", "") for error in told["errors"]]
        found["answer"] = {**told, "errors": words}
    return found


@pytest.fixture(scope="module")
def talker(tmp_path_factory):
    made = Talker(
        sys.executable,
        tmp_path_factory.mktemp("talk"),
        **{key: os.environ[key] for key in os.environ if key.startswith("CLUSTERSHELL_PURE")},
    )
    yield made
    made.close()


def test_recorded_cases():
    assert list(RECORDED) == list(ALL)


#: One of four of what is much alike; all of it is in the long form.
LONG = [name for name, _ in each_kind()]
LONG = {f"{name}, {when}" for name in LONG for when in ("before", "after")}
SHORT = [name for number, name in enumerate(ALL) if name not in LONG or number % 4 == 0]


@pytest.mark.parametrize("name", SHORT)
def test_answer(talker, name):
    check(talker, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if name not in SHORT])
def test_other_answer(talker, name):
    check(talker, name)


def check(talker, name):
    line = difference(name, RECORDED[name])

    def enough(data):
        return not line["ended"] and answer(data) == line["answer"]

    data, code, by_itself = talker.talk(ALL[name], enough, quiet=5.0)
    assert {"answer": answer(data), "code": code, "ended": by_itself} == line

"""The short form of ``python -m tests.fuzz.channel``."""

import pytest

from tests.fuzz import channel


@pytest.fixture(scope="module", autouse=True)
def bounds():
    restore = channel.prepare()
    yield
    restore()


@pytest.mark.parametrize("side", channel.ENDS)
def test_mutated_messages(side):
    assert channel.run(side, 3000, seed=2) >= 3000


def test_watch_sees():
    with pytest.raises(channel.Forbidden):
        try:
            channel.WATCH.active = True
            exec("")
        finally:
            channel.WATCH.active = False

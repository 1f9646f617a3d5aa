"""A few thousand random questions answered by this package and by the peer."""

import pytest

from tests.fuzz.differential import nodesets


@pytest.mark.slow
def test_random_questions(peer_python):
    peer, ours = nodesets.subjects(peer_python)
    try:
        differences, _ = nodesets.compare(3000, 20, peer, ours)
    finally:
        peer.close()
        ours.close()
    assert differences == []


def test_shrinking_finds_the_shortest_question():
    question = ["text", "a1,b2,[", 3, None]
    shrunk = nodesets.shrink(question, lambda candidate: "[" in candidate[1])
    assert shrunk == ["text", "[", 3, None]


def test_the_same_seed_gives_the_same_questions():
    first, second, third = map(nodesets.Generator, (1, 1, 2))
    questions = [first.question() for _ in range(50)]
    assert questions == [second.question() for _ in range(50)]
    assert questions != [third.question() for _ in range(50)]

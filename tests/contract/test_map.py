"""The map of the repository is true: it names every file of every room, and every kernel."""

import re

import pytest

from tests import ROOT
from tools import shape

ROOM = r"\| `(_\w+(?:/\w+)?)/` \| (.*) \|"
KERNEL = r"\| \S+ \| (.*) \|"


def words(text):
    return set(re.findall(r"`(\w+)`", text))


def rows():
    """Return the names in the row of each room."""
    text = (ROOT / "doc" / "architecture.md").read_text()
    return {room: words(row) for room, row in re.findall(ROOM, text)}


def files(folder):
    return {path.stem for path in folder.glob("*.py") if not path.name.startswith("_")}


ROOMS = sorted(
    str(folder.relative_to(shape.PACKAGE))
    for folder in shape.PACKAGE.rglob("_*")
    if folder.is_dir() and files(folder) and folder.name not in ("__pycache__", "_kernels")
) + ["_cli/clush"]


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_of_a_room_is_on_the_map(room):
    assert files(shape.PACKAGE / room) - rows()[room] == set()


def test_the_map_has_no_rooms_that_are_gone():
    assert set(rows()) == set(ROOMS)


def test_every_kernel_is_on_the_map_of_kernels():
    text = (ROOT / "doc" / "kernels.md").read_text()
    named = set().union(*(words(row) for row in re.findall(KERNEL, text)))
    assert files(shape.PACKAGE / "_kernels") - named == set()

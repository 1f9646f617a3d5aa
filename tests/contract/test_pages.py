"""The pages of the repository: what they point to is there, and what is there they name."""

import re

import pytest

from tests import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "doc").glob("*.md"), ROOT / "benchmarks/README.md"])
PACKAGE = ROOT / "clustershell" / "ClusterShell"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


def test_tests_that_pages_name_exist():
    named = {
        path
        for page in PAGES
        for path in re.findall(r"`(tests/[\w/]+(?:\.\w+)?)", page.read_text())
        if not path.endswith("_")
    }
    assert len(named) > 10
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_each_difference_has_the_tests_that_it_names():
    """In the list a name without a file is of the file before it."""
    files = {path.name: path.read_text() for path in (ROOT / "tests").rglob("*.py")}
    text = (ROOT / "doc" / "differences.md").read_text()
    file, missing, seen = "", [], 0
    reference = r"`(?:tests/[\w/]*/)?(test_\w+\.py)?((?:(?:::)?[Tt]est\w+)*)`"
    for named, names in re.findall(reference, text):
        file = named or file
        for name in re.findall(r"[Tt]est\w+", names):
            seen += 1
            if not re.search(rf"(?:def|class) {name}\b", files.get(file, "")):
                missing.append((file, name))
    assert seen > 100
    assert missing == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "doc/architecture.md"])
def test_each_room_is_on_the_map(page):
    text = (ROOT / page).read_text()
    rooms = [path.name for path in PACKAGE.glob("_*") if (path / "__init__.py").exists()]
    assert len(rooms) > 8
    assert [room for room in rooms if f"`{room}/`" not in text and f"{room}/" not in text] == []


def test_each_kernel_is_on_its_map():
    text = (ROOT / "doc" / "kernels.md").read_text()
    kernels = [path.stem for path in (PACKAGE / "_kernels").glob("[!_]*.py")]
    assert [name for name in kernels if f"`{name}`" not in text] == []


def test_the_readme_fits_a_page():
    assert (ROOT / "README.md").read_text().count("\n") <= 120

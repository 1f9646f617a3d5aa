"""Manual pages and programs agree: no option undocumented, none invented."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from ClusterShell.Defaults import Defaults
from tests import ROOT

MANUALS = ROOT / "doc"
COMMANDS = {"clush": "Clush", "clubak": "Clubak", "nodeset": "Nodeset", "cluset": "Nodeset"}
FILES = ["clush.conf", "groups.conf", "topology.conf", "defaults.conf"]


def source(name):
    """Return the text of a manual page, where it refers to another page of that one."""
    (path,) = MANUALS.glob(f"man*/{name}.[15]")
    text = path.read_text()
    other = re.fullmatch(r"\.so (\S+)\s*", text)
    return (MANUALS / other[1]).read_text() if other else text


def headings(text):
    """Yield the lines that head an entry (those behind ``.TP``), without their markup."""
    for line in re.findall(r"^\.TP.*\n(.*)$", text, re.M):
        yield re.sub(r'\\f.|"|^\.[A-Z]+ ', "", line).replace("\\-", "-")


def options_of(heads):
    """Return the options, with what stands for their values, that these heads consist of."""
    return {
        re.sub(r" *([=|]) *", r"\1", re.sub(r" +", " ", option.strip()))
        for head in heads
        for option in head.split(",")
    }


def documented(name):
    """Return the options that a manual page has entries of."""
    return options_of(line for line in headings(source(name)) if line.startswith("-"))


def offered(module):
    """Return the options that ``--help`` shows."""
    done = subprocess.run(
        [sys.executable, "-m", f"ClusterShell.CLI.{module}", "--help"],
        env={**os.environ, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=True,
    )
    return options_of(re.findall(r"^ {2,6}(-\S.*?)(?: {2}|$)", done.stdout, re.M))


@pytest.mark.parametrize("name", COMMANDS)
def test_options(name):
    shown = offered(COMMANDS[name])
    assert len(shown) > 20
    assert sorted(documented(name) ^ shown) == []


def test_settings_of_defaults():
    sections = dict(
        re.findall(r"^\.SH (\S+)\n(.*?)(?=^\.SH |\Z)", source("defaults.conf"), re.M | re.S)
    )
    expected = {
        "TASK.DEFAULT": Defaults._TASK_DEFAULT_CONVERTERS,
        "TASK.INFO": Defaults._TASK_INFO_CONVERTERS,
        "NODESET": Defaults._NODESET_CONVERTERS,
        "ENGINE": Defaults._ENGINE_CONVERTERS,
    }
    for section, settings in expected.items():
        assert sorted(headings(sections[section])) == sorted(settings)


@pytest.mark.parametrize("name", [*COMMANDS, *FILES])
def test_pages_are_named_by_what_they_refer_to(name):
    """Every ``name(section)`` of ours that a page refers to exists."""
    for other, section in re.findall(r"^\.BR (\S+) \((\d)\)", source(name), re.M):
        if other in COMMANDS or other in FILES:
            assert (MANUALS / f"man{section}" / f"{other}.{section}").exists()


@pytest.mark.parametrize("name", [*COMMANDS, *FILES])
def test_pages_are_clean(name):
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed")
    done = subprocess.run(
        ["mandoc", "-Tlint", "-W", "warning"], input=source(name), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")

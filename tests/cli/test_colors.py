"""Whether clush uses colours, as asked of the released package on terminals (_cli.colors)."""

import io
import sys
from types import SimpleNamespace

import pytest

from ClusterShell._cli import colors


class Terminal(io.StringIO):
    def isatty(self):
        return True


ASKED = [("auto", "auto"), (None, "auto")]


@pytest.mark.parametrize(("whencolor", "color"), ASKED)
@pytest.mark.parametrize(
    ("out", "err", "gatherall", "colored"),
    [
        (Terminal, Terminal, False, True),
        (Terminal, Terminal, True, True),
        (Terminal, io.StringIO, False, False),
        (Terminal, io.StringIO, True, True),
        (io.StringIO, Terminal, False, False),
        (io.StringIO, Terminal, True, False),
    ],
)
def test_outputs_in_use_have_to_be_terminals(
    monkeypatch, whencolor, color, out, err, gatherall, colored
):
    for name in ("NO_COLOR", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "stdout", out())
    monkeypatch.setattr(sys, "stderr", err())
    options = SimpleNamespace(whencolor=whencolor, gatherall=gatherall)
    assert colors.run_color(options, SimpleNamespace(color=color)) is colored
    monkeypatch.setattr(sys, "stdout", None)  # closed
    assert colors.run_color(options, SimpleNamespace(color=color)) is False


@pytest.mark.parametrize(
    ("whencolor", "color", "environment", "colored"),
    [
        (None, "", {}, False),
        (None, "auto", {"NO_COLOR": "1"}, False),
        (None, "auto", {"CLICOLOR": "0"}, False),
        (None, "auto", {"CLICOLOR": "1"}, True),
        ("auto", "auto", {"NO_COLOR": "1"}, True),
        ("auto", "auto", {"CLICOLOR": "0"}, True),
        (None, "always", {"NO_COLOR": "1"}, True),
        (None, "never", {}, False),
        # The configuration holds what -O says, which beats --color.
        ("never", "always", {}, True),
        ("always", "never", {}, False),
        ("never", "auto", {"CLICOLOR": "0"}, True),
    ],
)
def test_who_decides(monkeypatch, whencolor, color, environment, colored):
    for name in ("NO_COLOR", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(sys, "stderr", Terminal())
    options = SimpleNamespace(whencolor=whencolor, gatherall=False)
    assert colors.run_color(options, SimpleNamespace(color=color)) is colored

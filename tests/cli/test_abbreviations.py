"""Abbreviated options mean what they mean in the released package, whatever has been added."""

import json
import optparse
import subprocess
import sys
from importlib import import_module

import pytest

from ClusterShell.CLI.OptionParser import OptionParser

_RELEASED = {
    "clush": """--all --axis --color --command_timeout --conf --connect_timeout --copy --debug
        --dest --diff --dshbak --engine --errdir --fanout --grooming --group --groupbase
        --groupsconf --groupsource --help --hostfile --machinefile --maxrc --mode --nostdin
        --option --options --outdir --pick --progress --quiet --rcopy --regroup --remote
        --topology --user --verbose --version --worker""",
    "clubak": """--axis --color --debug --diff --dshbak --errdir --fast --groupbase --groupsconf
        --groupsource --help --interpret-keys --outdir --quiet --regroup --separator --tree
        --verbose --version""",
    "nodeset": """--all --autostep --axis --completion --contiguous --count --debug --exclude
        --expand --fold --groupbase --groupsconf --groupsource --groupsources --help --index
        --intersection --list --list-all --list-sources --output-format --pick --quiet
        --rangeset --regroup --separator --slice --split --version --xor""",
}

#: The long options of the released commands.
RELEASED = {name: text.split() for name, text in _RELEASED.items()}

#: Prints the long options of each command.
ASK = """
import json, sys
from importlib import import_module
from ClusterShell.CLI.OptionParser import OptionParser
class Stop(Exception): pass
def stop(self, *args, **kwargs):
    stop.names = sorted(self._long_opt)
    raise Stop
OptionParser.parse_args = stop
found = {}
for name in ("clush", "clubak", "nodeset"):
    sys.argv = [name]
    try:
        import_module("ClusterShell.CLI." + name.capitalize()).main()
    except Stop:
        found[name] = stop.names
print(json.dumps(found))
"""


def test_the_list_is_that_of_the_released_package(peer_python):
    done = subprocess.run([peer_python, "-c", ASK], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == RELEASED


class Stop(Exception):
    pass


@pytest.fixture(params=RELEASED)
def parser(request, monkeypatch):
    """The parser of a command, with the command's name."""
    found = []

    def stop(self, *args, **kwargs):
        found.append(self)
        raise Stop

    monkeypatch.setattr(OptionParser, "parse_args", stop)
    # What nodeset's quick reader does not take goes to the parser.
    monkeypatch.setattr(sys, "argv", [request.param, "--hel"])
    with pytest.raises(Stop):
        import_module(f"ClusterShell.CLI.{request.param.capitalize()}").main()
    return request.param, found[0]


def meaning(match):
    """Return what a word is taken as: an option, or the text of an error."""
    try:
        return match()
    except optparse.BadOptionError as exc:
        return str(exc)


def test_prefixes(parser):
    name, ours = parser
    released = RELEASED[name]
    prefixes = {option[:size] for option in released for size in range(3, len(option) + 1)}
    assert len(prefixes) > 80
    for prefix in prefixes:
        expected = meaning(
            lambda prefix=prefix: optparse._match_abbrev(prefix, dict.fromkeys(released))
        )
        assert meaning(lambda prefix=prefix: ours._match_long_opt(prefix)) == expected
    assert len(ours._long_opt) > len(released)


def test_what_is_added_has_no_abbreviation(parser):
    name, ours = parser
    for option in ours._long_opt.keys() - set(RELEASED[name]):
        assert ours._match_long_opt(option) == option
        if option[:-1] not in RELEASED[name]:
            with pytest.raises(optparse.BadOptionError):
                ours._match_long_opt(option[:-1])


def test_the_same_from_the_command_line(commands):
    code, out, err = commands.run("clush", "--js", "-w", "n1", "true")
    assert (code, out) == (2, "")
    assert "no such option: --js" in err
    assert commands.nodeset("-f", "--gro=x", "a")[0] == 2

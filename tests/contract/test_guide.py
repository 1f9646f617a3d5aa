"""The guide: every example runs and prints what the page says.

``pycon`` blocks are one session a page, ``python`` blocks programs; a ``console`` block is
commands behind ``$`` with what they print.  Nodes of the examples are this machine.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ClusterShell
from tests import ROOT

GUIDE = ROOT / "doc" / "guide"
EXAMPLES = ROOT / "doc" / "examples"
PAGES = sorted(GUIDE.glob("*.md"))
PACKAGE = Path(ClusterShell.__file__).parent

TOOLS = {"clush": "Clush", "clubak": "Clubak", "nodeset": "Nodeset", "cluset": "Nodeset"}

#: Runs the command here; nodes whose names begin with "down" cannot be reached.
SSH = """\
while :; do
    case $1 in
    -l) shift 2 ;;
    -*) shift ;;
    *) break ;;
    esac
done
host=$1
shift
case $host in
down*) echo "ssh: connect to host $host: No route to host" >&2; exit 255 ;;
esac
NODE=$host exec sh -c "$*"
"""

#: Runs the session on its standard input; what is not as it says is printed.
SESSION = """
import doctest, sys
test = doctest.DocTestParser().get_doctest(sys.stdin.read(), {}, "session", None, 0)
sys.exit(doctest.DocTestRunner().run(test).failed)
"""

#: Nodes of programs are this machine.
LOCAL = "from ClusterShell.Defaults import DEFAULTS; DEFAULTS.distant_workername = 'exec'\n"


def blocks(path, language):
    """Return the blocks of a page in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", path.read_text(), re.M | re.S)


def conversation(block):
    """Yield (command, what it prints) of a console block."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, newline, rest = re.match(r"((?:[^\n]*\\\n)*[^\n]*)(\n?)(.*)", part, re.S).groups()
        yield command, rest


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An environment with the commands, groups and nodes that the guide speaks of."""
    folder = tmp_path_factory.mktemp("site")
    binaries = folder / "bin"
    binaries.mkdir()
    for name, module in TOOLS.items():
        code = f"import sys; sys.argv[0] = '{name}'; from ClusterShell.CLI.{module} import main"
        script(binaries / name, f'exec "{sys.executable}" -c "{code}; main()" "$@"')
    script(binaries / "ssh", SSH)
    config = folder / "etc"
    (config / "groups.d").mkdir(parents=True)
    for name in ("groups.conf", "groups.d/cluster.yaml"):
        (config / name).write_text((EXAMPLES / name).read_text())
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "CLUSTERSHELL_CFGDIR": str(config),
        "PYTHONPATH": str(PACKAGE.parent),
        "HOME": str(folder),
        "LC_ALL": "C",
    }


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands(page, site, tmp_path):
    for block in blocks(page, "console"):
        for command, expected in conversation(block):
            done = subprocess.run(
                ["sh", "-c", command],
                env=site,
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=60,
            )
            assert done.stdout == expected, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_sessions(page, site):
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        env=site,
        input="\n".join(blocks(page, "pycon")),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "")


def programs():
    for page in PAGES:
        for number, block in enumerate(blocks(page, "python")):
            yield pytest.param(block, id=f"{page.stem}-{number}")
    for path in sorted(EXAMPLES.glob("*.py")):
        yield pytest.param(path.read_text(), id=path.name)


@pytest.mark.parametrize("program", list(programs()))
def test_programs(program, site, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOCAL + program],
        env=site,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_there_are_examples():
    assert sum(len(blocks(page, "console")) for page in PAGES) > 15
    assert sum(len(blocks(page, "pycon")) for page in PAGES) >= 8
    assert len(list(programs())) >= 8


def test_every_page_is_in_the_index():
    index = (ROOT / "doc" / "index.md").read_text()
    for folder in ("guide", "reference"):
        for page in sorted((ROOT / "doc" / folder).glob("*.md")):
            assert f"\n{folder}/{page.stem}\n" in index

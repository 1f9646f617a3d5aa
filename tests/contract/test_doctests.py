"""Every example runs: those of docstrings and those of the README and the other pages."""

import ast
import contextlib
import doctest
import importlib
import io
import os
import platform
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import ClusterShell
from tests import ROOT

PACKAGE = Path(ClusterShell.__file__).parent

#: Classes that users meet first must show how they are used.
WITH_EXAMPLES = ["RangeSet", "NodeSet", "MsgTree"]

#: Nodes are this machine.
LOCAL = "from ClusterShell.Defaults import DEFAULTS; DEFAULTS.distant_workername = 'exec'\n"

PAGES = [ROOT / "README.md", *sorted((ROOT / "doc").glob("*.md")), ROOT / "CONTRIBUTING.md"]


def names():
    """Return all modules, by their names, that can be imported in this life."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] != "__main__":
            yield ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("name", list(names()))
def test_docstrings(name):
    module = importlib.import_module(f"ClusterShell.{name}".rstrip("."))
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        result = doctest.testmod(module)
    assert result.failed == 0, output.getvalue()
    if name in WITH_EXAMPLES:
        assert result.attempted > 0


def literal_blocks(text):
    """Yield the indented blocks of a docstring that follow a ``::``."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.rstrip().endswith("::"):
            depth = len(line) - len(line.lstrip())
            block = []
            for inner in lines[number + 1 :]:
                if inner.strip() and len(inner) - len(inner.lstrip()) <= depth:
                    break
                block.append(inner)
            yield textwrap.dedent("\n".join(block)).strip("\n")


def is_program(text):
    """Tell whether a text is Python that imports this package."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return False
    return any(
        isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ClusterShell")
        for node in ast.walk(tree)
    )


def programs():
    """Yield the programs of docstrings and of pages, with where they are."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                for block in literal_blocks(ast.get_docstring(node) or ""):
                    if is_program(block):
                        yield pytest.param(block, id=f"{path.stem}-{getattr(node, 'name', '')}")
    for path in PAGES:
        for number, block in enumerate(fenced(path, "python")):
            yield pytest.param(block, id=f"{path.name}-{number}")


def fenced(path, language):
    """Return the blocks of a page in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", path.read_text(), re.M | re.S)


@pytest.mark.parametrize("program", list(programs()))
def test_programs(program, run_python):
    done = run_python("-c", LOCAL + program)
    assert (done.returncode, done.stderr) == (0, "")


def test_there_are_programs():
    assert len(list(programs())) >= 2


def test_the_program_of_the_readme_gathers(run_python):
    (program,) = fenced(ROOT / "README.md", "python")
    done = run_python("-c", LOCAL + program)
    assert done.stdout == f"node[1-200] {platform.release()}\n"


@pytest.fixture
def site(tmp_path):
    """An environment with the commands, nodes that answer at once, and a group."""
    tools = {"clush": "Clush", "clubak": "Clubak", "nodeset": "Nodeset", "cluset": "Nodeset"}
    for name, module in tools.items():
        code = f"import sys; sys.argv[0] = '{name}'; from ClusterShell.CLI.{module} import main"
        script(tmp_path / name, f'exec "{sys.executable}" -c "{code}; main()" "$@"')
    for name in ("ssh", "scp"):
        script(tmp_path / name, "echo $0 >>calls; echo answer")
    (tmp_path / "groups.conf").write_text(
        "[Main]\ndefault: local\n[local]\nmap: echo n[1-2]\nlist: echo gpu\n"
    )
    return {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "CLUSTERSHELL_CFGDIR": str(tmp_path),
        "PYTHONPATH": str(PACKAGE.parent),
    }


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


COMMANDS = [
    line
    for block in fenced(ROOT / "README.md", "sh")
    for line in block.splitlines()
    if line.startswith(("clush ", "nodeset ", "clubak ", "cluset "))
]


def test_there_are_commands():
    assert len(COMMANDS) >= 4


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_of_the_readme(line, site, tmp_path):
    command, _, comment = line.partition("#")
    done = subprocess.run(
        ["sh", "-c", command], env=site, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    if command.startswith("nodeset"):
        assert done.stdout.strip() == comment.strip()
    else:
        assert (tmp_path / "calls").exists()

"""Installing over the released package, and going back; every Python, either life."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.proof.environments import (
    RELEASED,
    CheckFailed,
    Environment,
    clean_environ,
    interpreters,
    run,
)

#: A program that a user of the released package has, with what it prints.
PROGRAM = """
from ClusterShell.NodeSet import NodeSet
from ClusterShell.RangeSet import RangeSet
from ClusterShell.MsgTree import MsgTree
from ClusterShell.Task import task_self

nodes = NodeSet("node[1-20]") - NodeSet("node[5-7]")
print(nodes, len(nodes), NodeSet.fromlist(["a3", "a1", "a2"]), RangeSet("0-10/2,3"))
tree = MsgTree()
tree.add("n1", b"same")
tree.add("n2", b"same")
print([(bytes(msg).decode(), sorted(keys)) for msg, keys in tree.walk()])
task = task_self()
task.shell("echo out; exit 3", key="k")
task.resume()
print(task.key_buffer("k").decode(), task.key_retcode("k"), task.max_retcode())
"""

EXPECTED = """\
node[1-4,8-20] 17 a[1-3] 0,2-4,6,8,10
[('same', ['n1', 'n2'])]
out 3 3
"""


def works(environment: Environment, life: str | None) -> None:
    """Use library and commands of *environment*.

    :param life: ``"compiled"``, ``"interpreted"``, or None for the released package
    :raises CheckFailed: something is not as it has to be
    """
    environ = clean_environ()
    printed = run(environment.python, "-c", PROGRAM, env=environ, timeout=60)
    if printed != EXPECTED:
        raise CheckFailed(f"{environment.folder}: the program printed\n{printed}")
    for command, expected in (
        (("nodeset", "-f", "node3", "node1", "node2"), "node[1-3]\n"),
        (("cluset", "-c", "node[1-20/2]"), "10\n"),
        (("clush", "-R", "exec", "-w", "n[1-2]", "-L", "echo %h"), "n1: n1\nn2: n2\n"),
        (("clubak", "--version"), None),
    ):
        printed = run(
            environment.command(command[0]),
            *command[1:],
            env=environ,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        if expected is not None and printed != expected:
            raise CheckFailed(f"{' '.join(command)} printed {printed!r}")
    run(environment.python, "-m", "pip", "check", env=environ)
    if life is not None:
        said = run(environment.python, "-m", "ClusterShell._accel", env=environ)
        if f"kernels: {life} (" not in said:
            raise CheckFailed(f"{environment.folder}: wanted the {life} life, but {said}")


def over_and_back(folder: Path, python: str, wheel: Path, life: str) -> None:
    """Replace the released package by *wheel*, use it, go back, and replace it again."""
    environment = Environment.make(folder, python)
    environment.install(RELEASED, "PyYAML")
    works(environment, None)
    for _ in range(2):
        environment.install("--upgrade", "--no-deps", wheel)
        works(environment, life)
        environment.install("--force-reinstall", "--no-deps", RELEASED)
        works(environment, None)


def pythons(
    folder: Path,
    wheels: Callable[[Path, Path], dict[str, Path]],
    needed: tuple[str, ...],
) -> str:
    """Go over and back on every Python of this machine, in both lives; several at a time.

    :param wheels: builds the tree: (folder, python) -> life -> wheel
    :param needed: versions that may not be missing
    """
    found = interpreters()
    missing = [version for version in needed if version not in found]
    if missing:
        raise CheckFailed(f"no interpreter of Python {', '.join(missing)} on this machine")

    def go(version: str) -> None:
        python = found[version]
        for life, wheel in wheels(folder / f"build{version}", Path(python)).items():
            over_and_back(folder / f"{life}{version}", python, wheel, life)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(go, found):
            pass
    return "Python " + ", ".join(found) + ", compiled and interpreted"

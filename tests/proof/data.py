"""Files and pickles of the released package, read by ours and the other way round."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.proof.environments import CheckFailed, Environment, clean_environ, run

#: Prints one pickle a line, in hexadecimal, of every kind of value that is kept in files.
WRITE = """
import pickle
from ClusterShell.NodeSet import NodeSet
from ClusterShell.RangeSet import RangeSet, RangeSetND
from ClusterShell.Topology import TopologyGraph

graph = TopologyGraph()
graph.add_route(NodeSet("head"), NodeSet("gw[1-2]"))
graph.add_route(NodeSet("gw[1-2]"), NodeSet("n[1-100]"))
for value in (
    RangeSet("1-5,08-10/2,7"), RangeSet(), RangeSet("0-100/4", autostep=3),
    RangeSetND([("1-3", "4,6"), ("9", "07-09")]), RangeSetND(),
    NodeSet("node[1-5],x[1-2]y[3-4]z,login"), NodeSet(), NodeSet("n[0-99/3]", autostep=3),
    graph.to_tree("head"),
):
    for protocol in range(2, 5):
        print(pickle.dumps(value, protocol).hex())
"""

#: Reads them and prints what they hold.
READ = """
import pickle, sys
for line in sys.stdin:
    value = pickle.loads(bytes.fromhex(line))
    print(type(value).__name__, getattr(value, "autostep", None), str(value))
"""

#: Commands that read every file of the distributed configuration.
QUESTIONS = (
    ("nodeset", "--groupsources"),
    ("nodeset", "-LL"),
    ("nodeset", "-f", "@*"),
    ("nodeset", "-e", "@local:*"),
    # What ends by itself may do so before or after its input: debug lines tell which.
    ("clush", "-d", "-R", "exec", "-w", "n[1-2]", "cat"),
    ("cluset", "-s", "local", "-l"),
)


def pickles(released: Environment, ours: Environment) -> str:
    """What one package has pickled the other reads, and it says the same."""
    environ = clean_environ()
    written = {env.folder: run(env.python, "-c", WRITE, env=environ) for env in (released, ours)}
    heard = {}
    for writer in (released, ours):
        for reader in (released, ours):
            heard[writer.folder.name, reader.folder.name] = run(
                reader.python, "-c", READ, env=environ, input=written[writer.folder]
            )
    expected = heard[released.folder.name, released.folder.name]
    for (writer, reader), said in heard.items():
        if said != expected:
            raise CheckFailed(f"pickles of {writer} read by {reader}:\n{said}\nnot\n{expected}")
    return f"{len(expected.splitlines())} pickles, in both directions"


def distributed_files(released: Environment, ours: Environment, folder: Path) -> str:
    """The released package's configuration, examples switched on, works unchanged."""
    source = released.folder / "etc" / "clustershell"
    config = folder / "config"
    names = []
    for path in sorted(source.rglob("*")):
        if not path.is_file():
            continue
        target = config / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes()
        if path.suffix == ".example":
            target = target.with_suffix("")
            if path.name.startswith("topology"):
                continue  # it is about nodes that this host is not the root of
        target.write_bytes(text)
        names.append(path.name)
    if not names:
        raise CheckFailed(f"{source} holds no configuration")
    environ = clean_environ(CLUSTERSHELL_CFGDIR=str(config), HOME=str(folder))
    for question in QUESTIONS:
        answers = [_answer(env, question, environ) for env in (released, ours)]
        if answers[0] != answers[1]:
            raise CheckFailed(f"{' '.join(question)}: {answers[0]} became {answers[1]}")
    return f"{len(names)} files, {len(QUESTIONS)} commands"


def _answer(environment: Environment, question: tuple[str, ...], environ: dict[str, str]) -> str:
    """Return exit code and output, streams apart, without what names the process."""
    done = subprocess.run(
        [str(environment.command(question[0])), *question[1:]],
        env={**environ, "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = (done.stdout + "\0" + done.stderr).splitlines()
    # Where the package is differs by nature; ours names the group source at fault as well.
    lines = [re.sub(r' \(group source "\w+"\)$', "", line) for line in lines]
    kept = [line for line in lines if "kernels" not in line and str(environment.folder) not in line]
    return f"{done.returncode} " + "\n".join(kept)

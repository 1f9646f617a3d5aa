"""Trees of the released package and ours, mixed: the same scenarios in all, and a table.

    python -m tests.tree.mixed --peer PYTHON [--table FILE] [--without-sshd] [SCENARIO...]

A head node, gateways and, in trees of three levels, gateways below them are each of the
released package or ours.  What every tree gives is compared with what that of the released
package alone gives.

Nodes are addresses of this machine, where one real sshd listens; each session learns from
the address which node it is on, and has a place of its own for what is copied to it.
``--without-sshd`` puts a script that runs the command at once in place of ssh.
"""

import argparse
import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import ROOT
from tests.fixtures.sshd import running_sshd

HEAD = ROOT / "tests" / "tree" / "mixed_head.py"
TABLE = ROOT / "tests" / "tree" / "mixed.md"

SCENARIOS = (
    "output",
    "same_output",
    "errors_in_output",
    "codes",
    "input",
    "timeout",
    "timeout_of_some",
    "here",
    "fanout_of_one",
    "without_grooming",
    "two_workers",
    "settings",
    "gateway_too",
    "gateway_alone",
    "again",
    "abort",
    "gateway_dead",
    "gateway_killed",
    "copy_of_a_file",
    "copy_of_a_folder",
    "copy_to_nowhere",
    "copy_back",
    "copy_a_folder_back",
)

ROUTES = {
    2: "{here}: gw[0-1]\ngw[0-1]: n[0-9]\n",
    3: "{here}: gw0\ngw0: sub[0-1]\nsub[0-1]: n[0-9]\n",
}

NAMES = ("gw0", "gw1", "sub0", "sub1", *(f"n{index}" for index in range(6)))
ADDRESSES = {name: f"127.0.0.{2 + index}" for index, name in enumerate(NAMES)}

#: Gateways that cannot be reached, by scenario.
DEAD = {"gateway_dead": "gw1 sub1"}

#: What a session runs: by ``ForceCommand`` of sshd, or started by the script below.
MACHINE = """#!/bin/sh
case $(echo "$SSH_CONNECTION" | cut -d " " -f 3) in
{cases}
esac
# To each node its own files.
command=$(printf %s "$SSH_ORIGINAL_COMMAND" |
    sed "s#$PLAY_FOLDER/dest#$PLAY_FOLDER/nodes/$FAKE_HOST#g")
export FAKE_HOST PATH="$PLAY_FOLDER/bin:$PATH"
exec /bin/sh -c "$command"
"""

SSH = """#!/bin/sh
while [ "${{1#-}}" != "$1" ]; do shift; done
export FAKE_HOST="$1"; shift
for host in {dead}; do [ "$host" = "$FAKE_HOST" ] && exit 255; done
export SSH_CONNECTION= SSH_ORIGINAL_COMMAND="$*"
exec {machine}
"""

CLIENT = """\
Host {dead} none
  Port {refusing}
{addresses}
Host *
  SendEnv GW_PID PLAY_FOLDER
"""

GATEWAY = """#!/bin/sh
export GW_PID=$$
case "$FAKE_HOST" in
    gw*) python={first};;
    *) python={second};;
esac
exec $python "$@"
"""


def trees(levels):
    """Return all ways to make a tree of the two releases."""
    return list(itertools.product(("released", "ours"), repeat=levels))


@contextlib.contextmanager
def machines(folder):
    """Give a server that is all nodes; each has an address of its own."""
    machine = Path(folder) / "machine"
    write_machine(machine)
    settings = f"ForceCommand {machine}\nAcceptEnv GW_PID PLAY_FOLDER"
    with running_sshd(folder, addresses=len(NAMES), settings=settings) as server:
        yield server


def write_machine(path):
    """Write the program of sessions to *path*."""
    cases = [f"    {address}) FAKE_HOST={name};;" for name, address in ADDRESSES.items()]
    path.write_text(MACHINE.format(cases="\n".join(cases)))
    path.chmod(0o755)


def play(tree, scenario, pythons, server=None):
    """Return what *scenario* gives in *tree*, a release for each level.

    :param server: the nodes; by default commands are run without one
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, pythons[tree[1]], pythons[tree[-1]])
        here = socket.gethostname().split(".")[0]
        (folder / "topology").write_text("[routes]\n" + ROUTES[len(tree)].format(here=here))
        done = subprocess.run(
            [
                *(pythons[tree[0]], HEAD, str(folder / "topology"), scenario, name),
                *connection(folder, server, DEAD.get(scenario, "")),
            ],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={
                **os.environ,
                "CLUSTERSHELL_GW_PYTHON_EXECUTABLE": str(folder / "gateway"),
                "CLUSTERSHELL_GW_LOG_DIR": name,
                "PLAY_FOLDER": name,
            },
            cwd="/",
            timeout=120,
        )
        if done.returncode:
            return {"failed": done.stderr.replace(name, "FOLDER").strip().splitlines()[-1]}
        return json.loads(done.stdout.replace(name, "FOLDER"))


def prepare(folder, first, second):
    """Make what there is on all nodes, whose gateways have Pythons *first* and *second*."""
    source = folder / "source"
    (source / "below").mkdir(parents=True)
    (source / "file").write_text("text\n")
    (source / "file").chmod(0o640)
    (source / "below" / "other").write_text("other\n")
    for name in NAMES:
        (folder / "nodes" / name).mkdir(parents=True)
    (folder / "bin").mkdir()
    scripts = {
        "bin/hostname": '#!/bin/sh\necho "$FAKE_HOST"\n',
        "gateway": GATEWAY.format(first=first, second=second),
    }
    for script, text in scripts.items():
        (folder / script).write_text(text)
        (folder / script).chmod(0o755)


def connection(folder, server, dead):
    """Return the setting of a task by which it reaches nodes, of which *dead* are none."""
    if server is None:
        write_machine(folder / "machine")
        (folder / "ssh").write_text(SSH.format(dead=dead, machine=folder / "machine"))
        (folder / "ssh").chmod(0o755)
        return "ssh_path", str(folder / "ssh")
    addresses = [f"Host {name}\n  HostName {address}" for name, address in ADDRESSES.items()]
    config = CLIENT.format(dead=dead, refusing=server.refusing, addresses="\n".join(addresses))
    (folder / "ssh_config").write_text(config + server.config.read_text())
    return "ssh_options", f"-F {folder / 'ssh_config'}"


def difference(expected, told):
    """Return the first difference between two results, in words."""
    if "failed" in told or "failed" in expected:
        if told == expected:
            return ""
        return f"{told.get('failed')!r} instead of {expected.get('failed')!r}"
    for key in expected:
        if expected[key] == told[key]:
            continue
        if isinstance(expected[key], dict):
            for one in {**expected[key], **told[key]}:
                if expected[key].get(one) != told[key].get(one):
                    return f"{one}: {told[key].get(one)} instead of {expected[key].get(one)}"
        return f"{key}: {told[key]} instead of {expected[key]}"
    return ""


def compared(scenarios, pythons, server):
    """Yield (scenario, tree, difference) for each tree, that of the released alone included."""
    for levels in ROUTES:
        for scenario in scenarios:
            expected = None
            for tree in trees(levels):
                told = play(tree, scenario, pythons, server)
                expected = expected or told
                yield scenario, tree, difference(expected, told)


def short(tree):
    """Return the letters that stand for *tree* in the table."""
    return "".join(release[0] for release in tree)


def written(rows):
    """Return the table of *rows* as a page."""
    columns = [short(tree) for levels in ROUTES for tree in trees(levels)]
    found = {(scenario, short(tree)): text for scenario, tree, text in rows}
    page = [
        "# Trees of the released package and ours, mixed",
        "",
        "Written by `python -m tests.tree.mixed --peer PYTHON --table tests/tree/mixed.md`: a",
        "letter for each level of a tree, from the head node on, r for the released package, o for",
        "ours. Every node, and every gateway, is reached through a real sshd. `=` says that all",
        "events, output, exit codes, timeouts, reroutes and files are those of the released",
        "package's tree.",
        "",
        f"| | {' | '.join(columns)} |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for scenario in dict.fromkeys(row[0] for row in rows):
        cells = ["differs" if found[scenario, column] else "=" for column in columns]
        page.append(f"| {scenario.replace('_', ' ')} | {' | '.join(cells)} |")
    texts = [f"{scenario}, {short(tree)}: {text}" for scenario, tree, text in rows if text]
    return "\n".join([*page, *(f"\n{text}" for text in texts), ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True, metavar="PYTHON")
    parser.add_argument("--table", metavar="FILE", type=Path)
    parser.add_argument("--without-sshd", action="store_true")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    options = parser.parse_args()
    pythons = {"released": options.peer, "ours": sys.executable}
    rows = []
    with contextlib.ExitStack() as stack:
        server = None
        if not options.without_sshd:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            server = stack.enter_context(machines(folder))
        for row in compared(options.scenarios or SCENARIOS, pythons, server):
            rows.append(row)
            scenario, tree, text = row
            print(scenario, " - ".join(tree), text or "same", sep="\t", flush=True)
    if options.table:
        options.table.write_text(written(rows))
    return any(text for _, _, text in rows)


if __name__ == "__main__":
    sys.exit(main())

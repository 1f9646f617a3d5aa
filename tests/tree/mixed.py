"""Trees of the released package and ours, mixed: the same scenarios in all, and a table.

    python -m tests.tree.mixed --peer PYTHON [--table FILE] [SCENARIO...]

A head node, gateways and, in trees of three levels, gateways below them are each of the
released package or ours.  ``ssh`` is a script that runs the command on this machine.  What
every tree gives is compared with what that of the released package alone gives.
"""

import argparse
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import ROOT

HEAD = ROOT / "tests" / "tree" / "mixed_head.py"

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
    "again",
    "abort",
    "gateway_dead",
    "gateway_killed",
    "copy_of_a_file",
    "copy_of_a_folder",
    "copy_back",
)

SSH = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
export FAKE_HOST="$1"; shift
for host in $DEAD_HOSTS; do [ "$host" = "$FAKE_HOST" ] && exit 255; done
exec /bin/sh -c "$*"
"""

GATEWAY = """#!/bin/sh
export GW_PID=$$
case "$FAKE_HOST" in
    gw*) python={first};;
    *) python={second};;
esac
exec $python "$@"
"""

ROUTES = {
    2: "{here}: gw[0-1]\ngw[0-1]: n[0-9]\n",
    3: "{here}: gw0\ngw0: sub[0-1]\nsub[0-1]: n[0-9]\n",
}


def trees(levels):
    """Return all ways to make a tree of the two releases."""
    return list(itertools.product(("released", "ours"), repeat=levels))


def play(tree, scenario, pythons):
    """Return what *scenario* gives in *tree*, a release for each level."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        (source / "below").mkdir(parents=True)
        (source / "file").write_text("text\n")
        (source / "below" / "other").write_text("other\n")
        first, second = pythons[tree[1]], pythons[tree[-1]]
        scripts = {
            "ssh": SSH,
            "gateway": GATEWAY.format(first=first, second=second),
            "hostname": '#!/bin/sh\necho "$FAKE_HOST"\n',
        }
        for script, text in scripts.items():
            (folder / script).write_text(text)
            (folder / script).chmod(0o755)
        here = socket.gethostname().split(".")[0]
        (folder / "topology").write_text("[routes]\n" + ROUTES[len(tree)].format(here=here))
        environment = {
            **os.environ,
            "CLUSTERSHELL_GW_PYTHON_EXECUTABLE": str(folder / "gateway"),
            "CLUSTERSHELL_GW_LOG_DIR": name,
            "DEAD_HOSTS": "",
            "PATH": f"{name}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            [pythons[tree[0]], HEAD, str(folder / "topology"), scenario, name],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=60,
        )
        if done.returncode:
            return {"failed": done.stderr.replace(name, "FOLDER").strip().splitlines()[-1]}
        return json.loads(done.stdout.replace(name, "FOLDER"))


def comparable(told, scenario):
    """Return a result of *scenario* without what timing decides."""
    for node in told.get("nodes", {}).values():
        node["stderr"] = sorted(node["stderr"])
        if scenario == "two_workers":
            # Which of two commands of a node is faster is chance.
            node["stdout"] = sorted(node["stdout"])
    return told


def difference(expected, told):
    """Return the first difference between two results, in words."""
    if "failed" in told or "failed" in expected:
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True, metavar="PYTHON")
    parser.add_argument("--table", metavar="FILE", type=argparse.FileType("w"))
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    options = parser.parse_args()
    pythons = {"released": options.peer, "ours": sys.executable}
    rows, differences = [], []
    for levels in ROUTES:
        for scenario in options.scenarios or SCENARIOS:
            expected = None
            for tree in trees(levels):
                told = comparable(play(tree, scenario, pythons), scenario)
                expected = expected or told
                found = difference(expected, told)
                rows.append((scenario, " - ".join(tree), "differs" if found else "same"))
                if found:
                    differences.append(f"{scenario}, {' - '.join(tree)}: {found}")
                print(*rows[-1], found, sep="\t", flush=True)
    if options.table:
        options.table.write("| scenario | head - gateways | |\n|---|---|---|\n")
        options.table.writelines(f"| {' | '.join(row)} |\n" for row in rows)
        options.table.writelines(f"\n{text}\n" for text in differences)
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())

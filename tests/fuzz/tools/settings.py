"""Compare the tools with the released package on every setting of every configuration file.

    python -m tests.fuzz.tools.settings --peer PYTHON [--part 1/20]

gives each setting of clush.conf, groups.conf, defaults.conf, and group files
of YAML, missing, empty, of a wrong type and in a wrong place, and prints
counts: equal, the same but for a reason that is given, and the runs that
differ without.
"""

import random
import sys
import tempfile
from pathlib import Path

from tests.fuzz.tools import processes
from tests.fuzz.tools.differences import reason, run_command

VALUES = ["", "x", "-1", "0", "3", "2.5", "yes", "a 'b", "%h", "$CFGDIR/none", "$CFGDIR/clush.conf"]

CLUSH = [
    "fanout", "connect_timeout", "command_timeout", "history_size", "color", "verbosity",
    "node_count", "maxrc", "fd_max", "command_prefix", "password_prompt", "ssh_user", "ssh_path",
    "ssh_options", "scp_path", "scp_options", "rsh_path", "rcp_path", "rsh_options", "confdir",
]  # fmt: skip
PLACES = ["[Main]", "[mode:m]", "[other]", "[DEFAULT]", ""]
DEFAULTS = {
    "task.default": [
        "stderr", "stdin", "stdout_msgtree", "stderr_msgtree", "engine", "port_qlimit", "auto_tree",
        "local_workername", "distant_workername",
    ],
    "task.info": ["debug", "fanout", "grooming_delay", "connect_timeout", "command_timeout"],
    "nodeset": ["fold_axis"],
    "engine": ["port_qlimit"],
}  # fmt: skip
GROUPS_MAIN = ["default", "confdir", "groupsdir", "autodir"]
SOURCE = ["map", "all", "list", "reverse", "mapall", "cache_time"]

#: Group files.
YAML = [
    "", "x", "5", "- a\n", "s:\n", "s: x\n", "s: []\n", "s: {}\n", "1: {a: n1}\n", "s: {1: n1}\n",
    "s: {a: 5}\n", "s: {a: }\n", "s: {a: [n1, n2]}\n", "s: {a: [1]}\n", "s: {a: {b: n1}}\n",
    "s: {a: 'n['}\n", "s: {a: '@b', b: n1}\n", "s: {yes: n1}\n", "s: {all: n1, a: n2}\n", "a: [\n",
    "s: {a: n1}\n---\nt: {a: n2}\n", "s: {a: n1, a: n2}\n", "s: {a: n1}\ns: {b: n2}\n", "\ta: 1\n",
    "s: {a: n1}\nt: {b: '@s:a'}\n", "s: {a: &x n1, b: *x}\n", "s: {'a b': n1}\n",
    "s: {'a,b': n1}\n",
]  # fmt: skip

NODESETS = [["-f", "@a"], ["-l"], ["-LL"], ["-a", "-f"], ["--list-sources"], ["-r", "n1"]]


def clush(*more):
    """Return a case of clush that runs a command here."""
    return {"command": "Clush", "args": ["-R", "exec", "-w", "n1", *more, "echo", "x"]}


def cases():
    """Return all cases; ``files`` are those of the configuration."""
    found = []
    for value in VALUES:
        for option in CLUSH:
            for place in PLACES:
                files = {"clush.conf": f"{place}\n{option}: {value}\n"}
                if place == "[mode:m]":
                    found.append({**clush("-m", "m"), "files": files})
                else:
                    found.append({**clush(), "files": files})
            found.append({**clush("-O", f"{option}={value}"), "files": {}})
        for section, options in DEFAULTS.items():
            for option in options:
                for place in (section, "other"):
                    files = {"defaults.conf": f"[{place}]\n{option}: {value}\n"}
                    found.append({**clush(), "files": files})
                    args = ["-f", "x1y1", "x2y1"]
                    found.append({"command": "Nodeset", "args": args, "files": files})
        for option in GROUPS_MAIN:
            text = f"[Main]\n{option}: {value}\n[s]\nmap: echo n1\nlist: echo a\n"
            found += [nodeset(args, {"groups.conf": text}) for args in NODESETS]
        for option in SOURCE:
            base = "" if option == "map" else "map: echo n1\n"
            base += "" if option == "list" else "list: echo a\n"
            text = f"[s]\n{base}{option}: {value}\n"
            found += [nodeset(args, {"groups.conf": text}) for args in NODESETS]
    for text in YAML:
        files = {"groups.conf": "[Main]\nautodir: $CFGDIR/d\n", "d/a.yaml": text}
        found += [nodeset(args, files) for args in [*NODESETS, ["-f", "@*"], ["-f", "@t:b"]]]
    return found


def nodeset(args, files):
    """Return a case of nodeset."""
    return {"command": "Nodeset", "args": args, "files": files}


def text_of(case):
    """Return the text of the configuration of a case."""
    return "".join(case["files"].values())


REASONS = {
    "a fanout below one is refused": lambda case, ours, peer: (
        "fanout" in text_of(case) + " ".join(case["args"]) and "must be at least 1" in ours[2]
    ),
    "a low fd_max slows clush, and does not end it": lambda case, ours, peer: (
        "fd_max" in text_of(case) + " ".join(case["args"]) and "Too many open files" in peer[2]
    ),
    "what is no text among the nodes of a group is named": lambda case, ours, peer: (
        "sequence item" in peer[2] and "not a string (add quotes?)" in ours[2]
    ),
    "a percent sign in groups.conf is no more than that": lambda case, ours, peer: (
        ": %h" in text_of(case) and "'%' must be followed" in peer[2]
    ),
    "a malformed default names its section and option": lambda case, ours, peer: (
        "defaults.conf" in case["files"] and ours[0] != 0 and peer[0] != 0
    ),
    "groups with names that cannot be used are left out, and told": lambda case, ours, peer: (
        "'a b'" in text_of(case) or "'a,b'" in text_of(case)
    ),
}


def compare(peer, part, seed, show):
    """Compare; return how many runs there were, by what came of them."""
    chosen = cases()
    if part != 1:
        chosen = random.Random(seed).sample(chosen, int(len(chosen) * part))
    counts = {}
    for case in chosen:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in case["files"].items():
                path = Path(folder) / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
            ours, peers = (processes.run(py, case, folder) for py in (sys.executable, peer))
        why = reason(case, ours, peers, REASONS)
        if why is None:
            show(f"{case}\n  {[str(x)[-300:] for x in ours]}\n  {[str(x)[-300:] for x in peers]}")
            why = "unexplained"
        counts[why or "equal"] = counts.get(why or "equal", 0) + 1
    return counts


if __name__ == "__main__":
    run_command(compare, __doc__)

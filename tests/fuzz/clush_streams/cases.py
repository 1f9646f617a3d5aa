"""Command lines of clush × streams × places in a terminal, as many as wanted.

A case has ``args``, ``streams`` (the kind of each of the three), ``ground``
(``foreground`` or ``background`` of a terminal, or ``none``) and ``session``, what is
typed at prompts.
"""

import itertools
import random

INPUTS = ("terminal", "pipe", "nonblocking", "file", "closed", "null")
OUTPUTS = ("terminal", "pipe", "nonblocking", "file", "closed", "null", "full")
GROUNDS = ("foreground", "background", "none")

#: Stand-ins for programs that need a network: they note what they were asked for.
PROGRAM = """\
#!/bin/sh
echo "${0##*/} $*" >> "$LOG"
case $0 in
*rsh) shift; last="$*";;
*) for last; do :; done;;
esac
case $last in
n[0-9]|n[0-9][0-9]) exec sh;;
esac
exec sh -c "$last"
"""

COPIER = """\
#!/bin/sh
echo "${0##*/} $*" >> "$LOG"
case $* in *missing*) echo "no such file" >&2; exit 1;; esac
exit 0
"""

WORKERS = {
    "exec": ["-R", "exec"],
    "ssh": [],
    "rsh": ["-R", "rsh"],
    "pdsh": ["-R", "pdsh"],
}

NODES = ["n1", "n[1-2]", "n[1-5]"]

COMMANDS = [
    "echo out",
    "echo out; echo err >&2; exit 3",
    "cat; echo end",
    "true",
    "seq 1 9000",
    "head -1; exit 1",
]

#: Runs into the timeout that it is given.
SLOW = "echo begun; exec sleep 30"

#: Options of display and others that go with any command.
OPTIONS = """\
|-b|-B|-L|-bL|-N|-q|-v|-P|-bP|-r|-S|--diff|-n|-bn|-d|-f 1|-f 2 -b|-u 5|-t 3|-S -q
--color=always|--color=never|--color=auto|-b --color=auto|-B --color=auto|-l me|-o -v
--outdir o|--errdir e|--outdir o --errdir e|--outdir o -b|--outdir o -n|-O fanout=2|-O maxrc=yes
-m prefix|-m slow|-x n2|--pick 9|-G -b|-O verbosity=2|-O node_count=no -b
-O fd_max=50|-E poll|-E select|--hostfile hosts|--axis 1 -b|-Lq|-vL|-qb""".replace("\n", "|").split(
    "|"
)

COPIES = [
    ["--copy", "f1"],
    ["--copy", "f1", "f2"],
    ["--copy", "f1", "f2", "tree", "--dest", "d"],
    ["--copy", "tree", "--dest", "d"],
    ["--copy", "missing"],
    ["--copy", "f1", "--dest", "missing/x"],
    ["-v", "--copy", "f1", "f2", "--dest", "d/"],
    ["-p", "--copy", "f1"],
    ["--rcopy", "/x/a", "--dest", "d"],
    ["--rcopy", "/x/a", "/x/b", "/x/c", "--dest", "d"],
    ["-v", "--rcopy", "/x/missing", "/x/b", "--dest", "d"],
    ["--rcopy", "/x/a", "--dest", "f1"],
]

ODD = [
    ["--version"],
    ["-w", "n["],
    ["--nope"],
    ["-w", "n1", "-x", "n1", "true"],
    ["-w", "n1", "-R", "nope", "true"],
    ["-w", "@nope", "true"],
    ["-w", "n1", "-O", "fanout=x", "true"],
    ["-w", "n1", "-m", "nope", "true"],
    ["-R", "exec", "-w", "n1", "echo %x"],
    [],
]

SESSION = ["echo typed", "!echo here", "=", "echo again", "quit"]

CONF = """\
[Main]
fanout: 64
color: auto
connect_timeout: 10
fd_max: 1000
ssh_path: {base}/bin/ssh
scp_path: {base}/bin/scp
rsh_path: {base}/bin/rsh
rcp_path: {base}/bin/rcp
[mode:prefix]
command_prefix: env
[mode:slow]
command_timeout: 9
"""


def streams():
    """Return all combinations of streams and ground."""
    return [
        ({"stdin": i, "stdout": o, "stderr": e}, ground)
        for i, o, e, ground in itertools.product(INPUTS, OUTPUTS, OUTPUTS, GROUNDS)
    ]


def command_lines():
    """Return the command lines, each a list of words."""
    lines = list(ODD)
    for worker, nodes in itertools.product(WORKERS.values(), NODES):
        start = [*worker, "-w", nodes]
        lines += [[*start, *copy] for copy in COPIES]
        lines.append(start)
        lines += [[*start, *options.split(), SLOW] for options in ("-u 1", "-b -u 1", "-Lu 1")]
        for options, command in itertools.product(OPTIONS, COMMANDS):
            lines.append([*start, *options.split(), command])
        for options in ("-n", "-b", "-q", "-v", "-L"):
            lines.append([*start, options])
    return lines


def some(count, seed):
    """Return *count* cases: every way to set the streams is met equally often."""
    chance = random.Random(seed)
    kinds, lines = streams(), command_lines()
    # Most command lines are a command with an option: copies and others come as often.
    plain = [line for line in lines if line[-1:] and line[-1] in COMMANDS]
    other = [line for line in lines if not line or line[-1] not in COMMANDS]
    order = []
    while len(order) < count:
        chance.shuffle(kinds)
        order += kinds
    cases = []
    for given, ground in order[:count]:
        args = chance.choice(plain if chance.random() < 0.6 else other)
        cases.append({"args": args, "streams": given, "ground": ground, "session": SESSION})
    return cases

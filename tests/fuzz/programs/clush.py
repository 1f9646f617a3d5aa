"""Command lines of clush, with every option, run in a child process."""

import os
import re
import shutil
import sys
import tempfile

from tests.fixtures.forked import finish, run_forked
from tests.fuzz.differential.nodeset_cli import CONFIGS
from tests.fuzz.programs.workers import prepare
from tests.fuzz.tools.differences import common

NODES = [
    "n1", "n[1-3]", "n[1-2],m", "x[1-2]y[1-2]", "@io", "@svc:gpu", "n[1-5]&n[2-9]", "a,b7", "n[",
    "", "@nosuch", "n[1-9]!n[3-9]", "n1,n1",
]  # fmt: skip
COMMANDS = [
    "true", "echo a", "echo %h", "echo %hosts", "exit 3", "echo a; exit 2", "echo e >&2", "seq 3",
    "echo a; echo e >&2", "printf x", "printf 'a\\n\\nb\\n'", "cat", "cat; exit 1", "echo %rank",
    "echo %h | cut -c2", "printf 'a\\tb\\n'", "exit 255", "echo 'o: p'", "nosuchcommand",
]  # fmt: skip

#: Options of which any number may be given.
OPTIONS = [
    "-q", "-v", "-G", "-L", "-N", "-b", "-b", "-B", "--dshbak", "-r", "-S", "--maxrc", "--diff",
    "-n", "--nostdin", "--axis=1", "--axis=2", "--color=never", "--color=always", "--color=auto",
    "--color=odd", "-f 1", "-f 2", "-f x", "--fanout=64", "-t 3", "--connect_timeout=5", "-u 9",
    "-u x", "--command_timeout=9", "-l root", "--user=me", "-o -4", "--options=-q", "-O fanout=2",
    "-O verbosity=0", "-O verbosity=2", "-O color=never", "-O maxrc=yes", "-O nosuch=1", "-O odd",
    "--option=confdir=/nonexistent", "--outdir={DIR}/out", "--errdir={DIR}/err", "-m nosuch",
    "--mode=odd", "--topology=/nonexistent", "--conf=/nonexistent", "--conf={DIR}/clush.conf",
    "--groupsconf={DIR}/groups.conf", "--pick=9", "--remote=yes", "--remote=no", "--remote=odd",
    "-d", "-p", "-s svc", "-s nosuch", "--groupsource=cabs", "--nosuch", "-P", "--progress",
    "--version",
]  # fmt: skip

#: What chooses nodes, besides ``-w``.
CHOICES = [
    "-x n2", "-x n[1-3]", "-x @io", "-X io", "-X nosuch", "-a", "--all", "-g io", "--group=oss",
    "-g nosuch", "--hostfile={DIR}/hosts", "--machinefile={DIR}/hosts", "--hostfile=/nonexistent",
]  # fmt: skip

FILES = {
    "hosts": "n1\nn[4-5]\n",
    "clush.conf": "[Main]\nfanout: 3\nverbosity: 2\n",
    "groups.conf": "[Main]\ndefault: a\n[a]\nmap: echo n$GROUP\nall: echo n[1-2]\nlist: echo 1\n",
    "file": "text\n",
}

#: Which files there are, and kernels, differ by environment; whether input is read is chance.
_NO_MATTER = (
    r"kernels: |^ClushConfig parsed: |^WARNING:ClusterShell\.Worker.*Broken pipe$"
    r"|^DEBUG:ClusterShell\.Worker.*stream stdin was already closed"
    r"|^DEBUG:ClusterShell\.Engine.*ignoring just re-used FD"
)

_PROGRESS = re.compile(r"\r?clush: +\d+/\d+[^\r\n]*")


def draw(rng):
    """Return a random case: [arguments, standard input]."""
    args = ["-R", rng.choice(["exec", "exec", "exec", "exec", "ssh", "rsh", "nosuch"])]
    if rng.random() < 0.93:
        args += ["-w", rng.choice(NODES)]
    drawn = []
    for words, most in ((CHOICES, (0, 0, 0, 1, 1, 2)), (OPTIONS, (0, 1, 1, 2, 2, 3, 4))):
        drawn.append(rng.sample(words, rng.choice(most)))
    if "--pick=9" in drawn[1]:  # which of more nodes is chance
        drawn[0] = [option for option in drawn[0] if option not in ("-a", "--all")]
    kind = rng.random()
    if kind < 0.06:  # of one node: several commands that make one file are in each other's way
        args = ["-R", rng.choice(["exec", "exec", "nosuch"]), "-w", "n1"]
        drawn[0] = []
    for option in drawn[0] + drawn[1]:
        args += option.split(" ", 1)
    if kind < 0.06:
        way = rng.choice(["-c", "--copy", "--rcopy"])
        args += [way, "{DIR}/file", rng.choice(["--dest={DIR}/to", "--dest={DIR}/no/to"])]
    elif kind < 0.97:
        args += rng.choice([[], ["--"]]) + [rng.choice(COMMANDS)]
    return [args, rng.choice(["", "", "in\n", "one\ntwo\n", "no end"])]


def run(case):
    """Run clush in a child process; return exit code, both outputs, and the files it has made."""
    from ClusterShell.CLI import Clush  # noqa: F401  (once for all children)

    args, text = case
    folder = tempfile.mkdtemp()
    stands = _stand_ins()
    try:
        for name, content in FILES.items():
            with open(os.path.join(folder, name), "w") as file:
                file.write(content)
        words = [word.replace("{DIR}", folder) for word in args]
        for name in ("ssh", "rsh"):
            words[:0] = ["-O", f"{name}_path={stands}/{name}"]
        code, *texts = run_forked(lambda: _child(words), text)
        shown = [_plain(each, folder, stands) for each in texts]
        files = {name: _plain(held, folder, stands) for name, held in _files(folder).items()}
        return [code, *shown, files]
    finally:
        shutil.rmtree(folder)


_stands = []


def _stand_ins():
    """Return the folder with stand-ins for ssh and rsh."""
    if not _stands:
        _stands.append(prepare())
    return _stands[0]


def _child(words):
    """Run clush as its process would; never returns."""
    import signal

    signal.alarm(0)
    finish(lambda: _main(words))


def _main(words):
    from ClusterShell import NodeSet
    from ClusterShell.CLI.Clush import main

    conf = str(CONFIGS / "cluster" / "groups.conf")
    NodeSet.set_std_group_resolver_config(conf, NodeSet.ILLEGAL_GROUP_CHARS)
    sys.stdin = open(0)  # noqa: SIM115 (until the process ends)
    sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115
    sys.argv = ["clush", *words]
    main()


def _plain(text, folder, stands):
    """Return an output without the names of folders, and tracebacks without where."""
    text = text.replace(folder, "DIR").replace(stands, "STANDS")
    if "Traceback" in text:
        text = "Traceback: " + text.splitlines()[-1]
    return text


def _files(folder):
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), errors="surrogateescape") as file:
                found[os.path.relpath(os.path.join(path, name), folder)] = file.read()
    return {name: text for name, text in found.items() if name not in FILES}


def same(theirs, ours):
    """Return whether two answers are the same but for what is only ours.

    Lines may come in another order, and files of nodes without output be missing; files of ours
    have the exact bytes, also where the last line has no end.
    """
    if not isinstance(theirs, list) or len(theirs) != 4 or len(ours) != 4:
        return False
    plain = [
        [code, sorted(_lines(out)), sorted(_lines(err)), _ended(files)]
        for code, out, err, files in (theirs, ours)
    ]
    if any(name.startswith(("out/", "err/")) for name in plain[1][3]) and not plain[0][3]:
        # Files are written with -b, -B and -L as well.
        return plain[0][:3] == plain[1][:3]
    return plain[0] == plain[1]


def _ended(files):
    """Return files that are not empty, each with the end of its last line."""
    return {name: text.removesuffix("\n") + "\n" for name, text in files.items() if text}


def _lines(text):
    """Return the lines of an output, without progress and what is only ours."""
    lines = re.split(r"[\r\n]+", common(_PROGRESS.sub("\n", text)))
    kept = [line for line in lines if not re.search(_NO_MATTER, line)]
    return [line.rstrip() for line in kept if line.strip()]


def _unmarked(text):
    """Return a text without the mark of exit codes of rsh."""
    return re.sub(r"XXRETCODE: \d+", "", text)


def explain(case, theirs, ours):
    """Return why two answers may differ, None if they may not."""
    if "Traceback" in theirs[2] and "Traceback" not in ours[2]:
        return "the released package ends with a traceback"
    unmarked = [
        theirs[0],
        *map(_unmarked, theirs[1:3]),
        {name: _unmarked(text) for name, text in theirs[3].items()},
    ]
    if "rsh" in case[0] and unmarked != theirs and same(unmarked, ours):
        return "the mark of rsh's exit code is no part of a last line without an end"
    remote = {"ssh", "rsh"} & set(case[0])
    if remote and "%hosts" in case[0][-1] and same(_quiet(theirs), _quiet(ours)):
        return "with %hosts, too, ssh and rsh connect to one node each"
    return None


def _quiet(answer):
    """Return an answer without what -d shows of connections and of lines as they come."""
    shown = [
        line for line in answer[1].splitlines() if not re.search(r"^[SR]SHCLIENT: |: b'", line)
    ]
    return [answer[0], "\n".join(shown), *answer[2:]]

"""clush through a real sshd: the command lines, and what a server adds to the world.

A case is as in ``cases``.  In its texts stand for

``{SSHD}``    the folder of the server, with its client configuration
``{HOME}``    a folder that plays the nodes' file system
``{WORK}``    the working directory

and in what is recorded also ``{PORT}``, ``{REFUSED}``, ``{SILENT}`` and ``{USER}``.
What was copied is recorded, too: the files below ``{HOME}`` and below ``out``.
"""

import getpass
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.recorded.clush import world

CONFIG = "ssh_options: -F {SSHD}/ssh_config\nscp_options: -F {SSHD}/ssh_config\n"

FILES = {"etc/motd": "welcome\n", "etc/issue": "issue\n", "etc/conf.d/a": "a\n", "etc/run": "#!"}

RUNS = """\
-w n1 @ echo hi | -w n[1-5] @ echo hi | -b -w n[1-5] @ echo hi | -B -w n[1-5] @ echo hi; echo e >&2
-L -w n[1-5] @ echo hi | -bL -w n[1-5] @ echo a; echo b | -N -w n[1-2] @ echo hi
-q -w n[1-2] @ echo hi; exit 3 | -v -w n[1-2] @ echo hi | -bv -w n[1-2] @ echo hi
-w n[1-2] @ echo out; sleep 0.2; echo err >&2 | -G -b -w n[1-2] @ echo hi
-b -r -w n[4-6] @ echo hi
-b -g io @ echo hi | -a -x n[4-17] -b @ echo hi | -b -w n[1-3],m0 @ echo hi
--diff -w n[1-2] @ echo same | --diff -w n[1-2],addr @ echo $SSH_CLIENT | wc -w
-f 1 -w n[1-3] @ echo hi | -f 2 -b -w n[1-5] @ echo hi | -w n[1-3] -n -b @ cat
-w n[1-2] @ exit 3 | -S -w n[1-2] @ exit 3 | -q -S -w n[1-2] @ exit 3 | -b -w n[1-3] @ exit 5
-b -S -w n[1-3] @ exit 255 | -L -S -w n[1-2] @ echo a; exit 1 | -O maxrc=yes -w n1 @ exit 9
-w n1 @ kill -TERM $$ | -S -w n1 @ kill -KILL $$ | -b -w n[1-2] @ echo a; kill -HUP $$
-S -b -w n1 @ false | -w n1 @ nosuchcommand-here | -S -w n1 @ ./not-there
-w n1 @ echo | -bL -w n[1-2] @ echo | -w n1 @ echo '%h' %h %n
-w n1 @ echo "two  words" | -w n1 @ printf 'no newline'
-w n1 @ printf 'a\\n\\nb\\n' | -b -w n[1-2] @ true | -L -w n[1-2] @ true | -w n1 @ seq 1 2000
-b -w n[1-4] @ seq 1 500 | -bL -w n[1-2] @ seq 1 200
-B -w n1 @ printf '\\303\\251\\n'
-w n1 @ test -t 0 || echo no terminal | -w n1 @ cat; echo after | -w n1 @ echo $HOME | wc -l
--color=always -b -w n1 @ echo hi | --color=always -w n[1-2] @ echo hi; exit 1"""

FAILURES = """\
-w down1 @ echo hi | -w down[1-3] @ echo hi | -S -w down1 @ echo hi | -b -w n1,down1 @ echo hi
-B -w n1,down1 @ echo hi | -L -w n1,down1 @ echo hi | -q -w down1 @ echo hi | -bL -w n1,down1 @ echo
-b -S -w n[1-3],down[1-2] @ echo hi | -w badkey1 @ echo hi | -b -w badkey[1-2],n1 @ echo hi
-S -w badkey1 @ echo hi | -w silent1 -u 0.7 @ echo hi | -b -w n1,silent1 -u 1.1 @ echo hi
-S -w silent1 -u 0.5 @ echo hi | -L -u 1.1 -w n1,silent1 @ echo hi | -w silent1 -t 1 @ echo hi
-b -w n1,silent1 -t 1 @ echo hi | -S -w silent1 -t 1 -u 9 @ echo hi | -t 1 -w n1 @ echo hi
-u 5 -w n1 @ echo hi | -u 1 -w n1 @ echo a; sleep 9 | -bL -u 1 -w n1 @ echo a; sleep 9
-l nobody-at-all -w n1 @ echo hi | -O ssh_user=nobody-at-all -b -w n1 @ echo hi
-O ssh_user=other -l nobody-at-all -w n1 @ echo hi | -l -w n1 @ echo hi
-o -oNoSuchOption=1 -w n1 @ echo hi | -o -p1 -w down1 @ echo hi"""

SETTINGS = """\
-O ssh_path=/usr/bin/ssh -w n1 @ echo hi | -o -q -w down1 @ echo hi | -o -q -w badkey1 @ echo hi
-o '-oLogLevel=QUIET -oBatchMode=yes' -w badkey1,n1 @ echo hi
-O 'ssh_options=-F {SSHD}/ssh_config -q' -w n1,down1 @ echo hi
-O 'ssh_path=/usr/bin/env ssh' -w n1 @ echo hi | -O 'ssh_path={SSHD}/wrapper' -w n[1-2] @ echo hi
-d -O 'ssh_path={SSHD}/wrapper' -w n1 @ echo hi
-d -t 4 -l me -o -v -O 'ssh_path={SSHD}/wrapper' -w n1 @ x
-O 'ssh_path={SSHD}/wrapper' -t 0 -w n1 @ echo hi | -O 'ssh_path={SSHD}/wrapper' -t 2.5 -w n1 @ echo
-O 'scp_path={SSHD}/wrapper' -w n1 --copy file @
-O 'scp_path={SSHD}/wrapper' -w n1 -p --copy tree @
-O 'scp_path={SSHD}/wrapper' -l me -t 3 -w n1 --copy file tree --dest /d @
-O 'scp_path={SSHD}/wrapper' -w n1 --rcopy /etc/motd --dest out @
-O command_prefix=echo -w n1 @ hi there | -m echo -w n[1-5] -b @ hi | -R ssh -w n1 @ echo hi"""

COPIES = """\
-w n1 --copy file --dest {HOME}/copy @ | -w n1 --copy file --dest {HOME}/ @
-w n1 --copy file --dest {HOME} @ | -v -w n[1-2] -f 1 --copy file --dest {HOME}/copy @
-w n1 --copy tree --dest {HOME} @ | -w n1 --copy tree --dest {HOME}/new @
-v -w n1 --copy tree/ --dest {HOME} @
-w n1 --copy file one --dest {HOME} @ | -w n1 -v --copy file one tree --dest {HOME}/ @
-w n1 -p --copy file --dest {HOME}/copy @ | -w n1 -p --copy tree --dest {HOME} @
-w n1 --copy missing --dest {HOME} @ | -w n1 --copy file --dest {HOME}/no/such @
-S -w n1 --copy file --dest {HOME}/no/such @ | -w down1 --copy file --dest {HOME} @
-S -b -w n1,down1 --copy file --dest {HOME} @ | -w badkey1 --copy file --dest {HOME} @
-w silent1 -u 0.7 --copy file --dest {HOME} @ | -w silent1 -t 1 --copy file --dest {HOME} @
-w n1 --copy file --dest {HOME}/copy --rcopy @ | -w n1 -q --copy file --dest {HOME}/no/such @
-w n[1-2] --rcopy {HOME}/etc/motd --dest out @ | -v -w n[1-2] --rcopy {HOME}/etc/motd --dest out/ @
-w n[1-2] --rcopy {HOME}/etc/motd @ | -w n1 --rcopy {HOME}/etc/motd {HOME}/etc/issue --dest out @
-w n[1-2] --rcopy {HOME}/etc/conf.d --dest out @ | -w n1 -v --rcopy {HOME}/etc/conf.d/ --dest out @
-w n1 -p --rcopy {HOME}/etc/run --dest out @ | -w n1 --rcopy {HOME}/missing --dest out @
-S -w n[1-2] --rcopy {HOME}/missing --dest out @ | -w n1,down1 --rcopy {HOME}/etc/motd --dest out @
-w n1 --rcopy {HOME}/etc/motd --dest missing @ | -w n1 --rcopy {HOME}/etc/motd --dest file @
-w silent1 -u 0.7 --rcopy {HOME}/etc/motd --dest out @ | -w n1 --rcopy @ | -w n1 --copy @"""

OUTPUTS = """\
--outdir out -w n[1-2] @ echo hi | --outdir out --errdir out/err -w n[1-2] @ echo hi; echo e >&2
--errdir out -w n1,down1 @ echo hi; echo e >&2 | --outdir out -q -w n1 @ echo hi; exit 2"""

INPUTS = ["a\nb\n", "no newline", ""]

DISPLAYS = ["", "-b", "-L", "-bL", "-f 1"]


def all_cases():
    """Return the cases in the order they are recorded in."""
    import shlex

    made = []

    def add(text, **more):
        options, _, command = text.partition("@")
        args = shlex.split(options)
        if command.strip():
            args.append(command.strip())
        made.append({"args": args, "compare": _order(args), **more})

    for block in (RUNS, FAILURES, SETTINGS, COPIES, OUTPUTS):
        for text in re.split(r"\n| \| (?=-)", block):
            add(text.replace("\\", "\\"))
    for display in DISPLAYS:
        for text in INPUTS:
            add(f"{display} -w n[1-3] @ wc -c; cat | head -c 20", stdin=text)
            add(f"{display} -w n[1-2] @ head -c 20", stdin=text)
    for display in ("", "-f 1 -b"):
        add(f"{display} -w n[1-3] @ wc -c; cat | head -c 20", stdin="x" * 80_000 + "\n")
    add("-n -w n1 @ cat; echo end", stdin="a\n")
    return made


def _order(args):
    """Return what of the output of a command line has an order; see ``cases``."""
    if {"-v", "-bv", "-p", "--copy", "--rcopy"} & set(args):
        return "lines"
    gathers = any(re.fullmatch(r"-[bBLr]+|--diff", arg) for arg in args)
    return "exact" if gathers else "nodes"


def prepare(server, base):
    """Make the world below `base`, for `server`, afresh; return its working directory."""
    work = world.make(base)
    shutil.rmtree(server.folder / "fs", ignore_errors=True)
    for name, text in FILES.items():
        path = server.folder / "fs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (server.folder / "fs" / "etc" / "run").chmod(0o755)
    for name in ("file", "one"):
        # Something -p has to keep.
        os.utime(work / name, (1_000_000_000, 1_000_000_000))
        (work / name).chmod(0o640)
    wrapper = server.folder / "wrapper"
    wrapper.write_text('#!/bin/sh\nprintf "<%s>\\n" "$@"\n')
    wrapper.chmod(0o755)
    with open(Path(base) / "cfg" / "clush.conf", "a") as file:
        file.write(fill(CONFIG, server, base))
    return work


def fill(text, server, base):
    """Return `text` with the names of this world in place of what stands for them."""
    for name, value in _names(server, base):
        text = text.replace(name, value)
    return text


def _names(server, base):
    return (
        ("{HOME}", f"{server.folder}/fs"),
        ("{SSHD}", str(server.folder)),
        ("{WORK}", f"{base}/work"),
    )


def run(command, case, server, base):
    """Run `case` with `command`, a list; return what came out, as a dictionary."""
    work = prepare(server, base)
    result = subprocess.run(
        [*command, *(fill(arg, server, base) for arg in case["args"])],
        input=case.get("stdin", "").encode("latin-1"),
        capture_output=True,
        cwd=work,
        env=world.environment(base),
        preexec_fn=world.limit_files,
        timeout=60,
    )
    return outcome(result.returncode, result.stdout, result.stderr, server, base)


def outcome(code, out, err, server, base):
    """Return the outcome as it is recorded."""
    texts = [neutral(data.decode("latin-1"), server, base) for data in (out, err)]
    files = {}
    for label, top in (("{HOME}", server.folder / "fs"), ("out", Path(base) / "work" / "out")):
        for path in sorted(top.rglob("*")):
            if path.is_file() and str(path.relative_to(top)) not in FILES:
                text = neutral(_described(path), server, base)
                files[f"{label}/{path.relative_to(top)}"] = text
    return {"rc": code, "out": texts[0], "err": texts[1], "files": files}


def _described(path):
    """Return what matters of a file: whether it may be executed, if old its time, its bytes."""
    stat = path.stat()
    old = " old" if stat.st_mtime == 1_000_000_000 else ""
    mode = "x" if stat.st_mode & 0o100 else "-"
    return f"{mode}{old} {path.read_bytes().decode('latin-1')}"


def neutral(text, server, base):
    """Return `text` without what is different every time."""
    for name, value in _names(server, base):
        text = text.replace(value, name)
    text = text.replace(f"{base}", "{BASE}")
    for name, port in (
        ("{PORT}", server.port),
        ("{REFUSED}", server.refusing),
        ("{SILENT}", server.silent),
    ):
        text = re.sub(rf"\b{port}\b", name, text)
    return re.sub(rf"\b{re.escape(getpass.getuser())}@", "{USER}@", text)


def comparable(case, result):
    """Return the result without what has no order."""
    # ssh ends the lines of its own messages as for a terminal.
    texts = {name: result[name].replace("\r\n", "\n") for name in ("out", "err")}
    files = {name: text.replace("\r\n", "\n") for name, text in result["files"].items()}
    return (*world.comparable(case, {**result, **texts}), files)

"""Running the cases: in a fresh world each, output made comparable."""

import os
import re
import resource
import shutil
import subprocess
from pathlib import Path

from tests.recorded.clush.cases import FILES

#: Soft and hard limit of open files in every run.
NOFILE = (900, 4000)


def make(base):
    """Make the world below `base` afresh; return its working directory."""
    base = Path(base)
    for name in ("cfg", "work", "home"):
        shutil.rmtree(base / name, ignore_errors=True)
    for name, text in FILES.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (base / "work" / "out").mkdir()
    (base / "home").mkdir()
    return base / "work"


def environment(base, extra=None):
    """Return the environment of a run below `base`."""
    env = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": f"{base}/home",
        "CLUSTERSHELL_CFGDIR": f"{base}/cfg",
        "XDG_CONFIG_HOME": f"{base}/home/none",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
    }
    for name in ("CLUSTERSHELL_PURE_PYTHON", "LD_LIBRARY_PATH"):
        if name in os.environ:
            env[name] = os.environ[name]
    if "PYTHONPATH" in os.environ:
        # Runs have a working directory of their own.
        paths = os.environ["PYTHONPATH"].split(os.pathsep)
        env["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, paths))
    env.update(extra or {})
    return env


def limit_files():
    """Set the limits of open files; for the child, before it becomes clush."""
    resource.setrlimit(resource.RLIMIT_NOFILE, NOFILE)


def run(command, case, base):
    """Run `case` with `command`, a list, below `base`; return what came out as a dictionary."""
    work = make(base)
    result = subprocess.run(
        [*command, *case["args"]],
        input=case.get("stdin", "").encode("latin-1"),
        capture_output=True,
        cwd=work,
        env=environment(base, case.get("env")),
        preexec_fn=limit_files,
        timeout=30,
    )
    return outcome(result.returncode, result.stdout, result.stderr, base)


#: Where the configuration of an installation is, in front of a file that it may have.
INSTALLED = re.compile(rb"/[^'\n]*?(?=/etc/clustershell/clush\.conf)")


def outcome(code, out, err, base):
    """Return the outcome as it is recorded: bytes as Latin-1 text, paths neutral."""
    neutral = [
        INSTALLED.sub(b"{PREFIX}", data.replace(os.fsencode(base), b"{BASE}")).decode("latin-1")
        for data in (out, err)
    ]
    return {"rc": code, "out": neutral[0], "err": neutral[1]}


def comparable(case, result):
    """Return (exit code, standard output, standard error) without what has no order."""
    out = [line for line in result["out"].split("\n") if not ignored(line)]
    err = [line for line in result["err"].split("\n") if not ignored(line)]
    compare = case.get("compare", "nodes")
    if compare == "lines":
        out = sorted(out)
    elif compare == "nodes":
        out = by_node(out)
    return result["rc"], out, by_node(err)


def ignored(line):
    """Tell whether `line` is of a run's internal life: logs of modules, installation paths."""
    return line.startswith(("DEBUG:ClusterShell.", "ClushConfig parsed:"))


def by_node(lines):
    """Return `lines` ordered by their label; those of one node stay in order."""

    def label(line):
        head, sep, _ = line.partition(": ")
        return line if head == "clush" or not sep else head

    return sorted(lines, key=label)

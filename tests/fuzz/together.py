"""All that a run of clush may be asked for, two (or more) of it at a time.

    python -m tests.fuzz.together [--size 2] [--with gateway,json] [--count N] [--seed N]

Whatever is combined: clush ends, without a traceback, with an exit code that follows from what
happened; JSON is valid, and tells of every node once; a record has each node in one group.
"""

import argparse
import contextlib
import itertools
import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ClusterShell.NodeSet import NodeSet
from tests.fixtures.commands import Commands
from tests.recorded.clush import terminal

NODES = "n[1-6]"

#: What each node does; n4 takes longer than the timeout, where there is one.
SCRIPT = (
    r"case {h} in n1) echo one; echo more;; n2) echo two 17; exit 3;; n3) printf '\377\n x';; "
    "n4) sleep 1.5;; n5) echo two 18; kill -9 $$;; *) cat; echo bad >&2;; esac"
)
CODES = {"n2": 3, "n5": 137}

#: Options, each by a name.
OPTIONS = {
    "json": ["--json"],
    "batch": ["--batch=2"],
    "pause": ["--batch=50%", "--batch-pause=0.1"],
    "fail-fast": ["--fail-fast=1", "-f1"],
    "fail-fast-2": ["--fail-fast=50%", "-f2"],
    "success": ["--success=50%"],
    "similar": ["--similar", "-b"],
    "diff": ["--diff"],
    "b": ["-b"],
    "B": ["-B"],
    "L": ["-L"],
    "bL": ["-bL"],
    "outdir": ["--outdir=out", "--errdir=err"],
    "timeout": ["-u", "0.5"],
    "record": ["--record"],
    "record-output": ["--record=output"],
    "stats": ["--stats"],
    "progress": ["-P"],
    "expand": ["--expand"],
    "raw": ["--raw"],
    "dry-run": ["--dry-run"],
    "retry": ["--retry-failed"],
    "limit": ["--limit=2"],
    "regex": ["-x", "/[45]/"],
    "exclude": ["-O", "exclude=n1"],
    "skipped": ["-w", "@run:skipped"],
    "quiet": ["-q"],
    "verbose": ["-v"],
    "debug": ["-d"],
    "maxrc": ["-S"],
    "nostdin": ["-n"],
    "copy": ["--copy", "{folder}/f1", "{folder}/f2", "--dest={folder}/to"],
    "rcopy": ["--rcopy", "{folder}/f1", "{folder}/f2", "--dest={folder}/to"],
    "sudo": ["--sudo"],
}
#: Ways, moments and surroundings.
TIMES = (
    *("gateway", "session", "terminal", "ctrl-c", "term", "twice", "input", "closed-output"),
    *("corrupt", "no-records", "read-only", "full"),
)
ATOMS = (*OPTIONS, *TIMES)
COPIES = {"copy", "rcopy"}
STOPS = {"fail-fast", "fail-fast-2"}
#: With these nothing is known of the exit code.
ANY_CODE = {"ctrl-c", "term", "closed-output", "full"}

STATES = ("ok", "failed", "timeout", "unreachable", "interrupted", "skipped")


def all_of(size, always=()):
    """Return all combinations of *size* atoms, each with those that are in it *always*."""
    found = {frozenset(names) | set(always) for names in itertools.combinations(ATOMS, size)}
    order = {name: number for number, name in enumerate(ATOMS)}
    made = [sorted(names, key=order.__getitem__) for names in found if not names >= COPIES]
    return sorted(made, key=lambda names: [order[name] for name in names])


class Case:
    """One run, or two at once, with the atoms *names*, below *folder*."""

    def __init__(self, names, folder):
        self.names = frozenset(names)
        self.folder = Path(folder)
        self.commands = Commands(self.folder)
        self.faults = []
        #: Of each run: exit code, standard output, standard error.
        self.results = []
        for name in ("out", "err", "to"):
            (self.folder / name).mkdir()
        (self.folder / "f1").write_text("one")
        (self.folder / "f2").write_text("two")

    def has(self, *names):
        return not self.names.isdisjoint(names)

    def argv(self):
        """Return the words of the command."""
        words, node = (self.commands.tree(), "$FAKE_HOST") if self.has("gateway") else ((), "%h")
        words = list(words) or ["-R", "exec"]
        words += ["-w", NODES]
        for name in sorted(self.names & OPTIONS.keys(), key=lambda name: name in COPIES):
            words += [word.format(folder=self.folder) for word in OPTIONS[name]]
        if self.has("session"):
            words += ["-O", "prompt_extras=yes"]
        elif not self.has(*COPIES):
            words.append(SCRIPT.format(h=node))
        return self.commands.argv("clush", *words)

    def prepare(self):
        """Leave records of a run in which some have failed, or what is to be there instead."""
        if not self.has("no-records"):
            self.commands.clush("--record", "-w", NODES, "[ %h != n2 ] && [ %h != n3 ]")
        if self.has("corrupt", "no-records") and self.commands.records.exists():
            for path in self.commands.records.iterdir():
                path.write_bytes(b'{"version": 1, "results": [{"nodes": "n[')

    def env(self):
        state = {"XDG_STATE_HOME": "/proc/1/nothing"} if self.has("read-only") else {}
        return {**self.commands.env, **state}

    def limit(self):
        if self.has("full"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def play(self):
        """Run it, and look at what came out."""
        self.prepare()
        if self.has("session", "terminal"):
            self.converse()
            return
        running = [self.start() for _ in range(2 if self.has("twice") else 1)]
        for process in running:
            self.results.append(self.finish(process))
        for code, out, err in self.results:
            self.check(code, out, err)
        if not self.faults and self.has("record", "record-output"):
            self.check_record()

    def start(self):
        return subprocess.Popen(
            self.argv(),
            cwd=self.folder,
            env=self.env(),
            stdin=subprocess.PIPE if self.has("input") else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=self.limit,
        )

    def finish(self, process):
        """Return what *process* comes to."""
        if self.has("closed-output"):
            process.stdout.close()
            process.stdout = None
        if self.has("ctrl-c", "term"):
            time.sleep(0.9)
            process.send_signal(signal.SIGINT if self.has("ctrl-c") else signal.SIGTERM)
        data = b"line\n" * 50_000 if self.has("input") else None
        try:
            out, err = process.communicate(data, timeout=60)
        except subprocess.TimeoutExpired:
            self.faults.append("hangs")
            process.kill()
            out, err = process.communicate()
        texts = [(text or b"").decode("utf-8", "surrogateescape") for text in (out, err)]
        return (process.returncode, *texts)

    def converse(self):
        """Run it at a terminal; in a session type a command, and leave."""
        env = {**self.env(), "TERM": "dumb", "INPUTRC": "/dev/null"}
        shown = terminal.Terminal(self.argv(), self.folder, env)
        try:
            if self.has("session"):
                # It ends without a prompt where what is asked for is nothing for a session.
                with contextlib.suppress(AssertionError, OSError, TimeoutError):
                    shown.wait_for("clush> ")
                    shown.type("echo typed\n")
                    shown.wait_for("clush> ")
                    shown.type("quit\n")
            code = shown.finish()
        finally:
            shown.close()
        self.results.append((code, shown.output.decode("utf-8", "replace"), ""))
        if b"Traceback" in shown.output:
            self.faults.append("traceback")

    def check(self, code, out, err):
        """Look at one result."""
        if "Traceback" in err:
            self.faults.append("traceback")
        # Ctrl-C may come when all is over, and Python has left it to the system again.
        late = code == -signal.SIGINT and self.has("ctrl-c")
        if code < 0 and not late and not self.has("term", "closed-output"):
            self.faults.append(f"killed by signal {-code}")
        if code == 2 and "Usage:" in err:
            self.faults += ["a usage error with output"] if out else []
        elif self.has("json") and not self.has("dry-run", "closed-output"):
            if out:
                self.check_json(code, out)
            elif code == 0:
                self.faults.append("no JSON")

    def check_json(self, code, out):
        done = subprocess.run(["jq", "-c", "."], input=out.encode(), capture_output=True)
        if done.returncode:
            self.faults.append(done.stderr.decode())
            return
        objects = [json.loads(line) for line in out.splitlines()]
        *results, summary = objects
        if [fields["type"] for fields in objects].count("summary") != 1:
            self.faults.append("not one summary")
            return
        nodes = NodeSet(summary["nodes"])
        states = [node for state in STATES for node in NodeSet(summary[state])]
        if sorted(states) != sorted(nodes):
            self.faults.append(f"states of {sorted(states)}")
        if sum(summary["counts"].values()) != summary["count"] or summary["count"] != len(nodes):
            self.faults.append("wrong counts")
        told = [
            (node, fields.get("source"))
            for fields in results
            for node in NodeSet(fields.get("node") or fields["nodes"])
        ]
        if len(set(told)) != len(told) or {node for node, _ in told} != set(nodes):
            self.faults.append(f"told of {sorted(told, key=str)}")
        expected = self.expected(summary)
        if code not in expected:
            self.faults.append(f"exit code {code}, not {expected}")

    def expected(self, summary):
        """Return the exit codes that may follow from a summary."""
        if self.has(*ANY_CODE):
            return range(-64, 256)
        rc = 0
        if self.has("maxrc"):
            codes = [
                0 if self.has(*COPIES) else CODES.get(n, 1) for n in NodeSet(summary["failed"])
            ]
            rc = 255 if summary["timeout"] else max(codes, default=0)
        if self.has("success"):
            enough = max(1, -(-summary["count"] // 2))
            return [0 if len(NodeSet(summary["ok"])) >= enough else max(rc, 1)]
        return [max(rc, 1) if summary["skipped"] and self.has(*STOPS) else rc]

    def check_record(self):
        """Each node is in one group of the source ``run``."""
        usage = self.results[0][0] == 2
        unkept = self.has("corrupt", "no-records", "read-only", "full", "dry-run", "closed-output")
        if usage or unkept:
            return
        groups = [
            NodeSet(self.commands.nodeset("-f", f"@run:{name}")[1])
            for name in ("ok", "failed", "skipped", "all")
        ]
        if sum(map(len, groups[:3])) != len(groups[3]):
            self.faults.append(f"groups of the record: {[str(nodes) for nodes in groups]}")


def run(names, folder):
    """Play the case of *names* below *folder*; return it."""
    case = Case(names, folder)
    case.play()
    return case


def _run_apart(names):
    folder = tempfile.mkdtemp(prefix="together-")
    try:
        return names, run(names, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=2, help="how many at a time")
    parser.add_argument("--with", dest="always", default="", help="what is always among them")
    parser.add_argument("--count", type=int, help="stop after so many combinations")
    parser.add_argument("--seed", type=int, default=1, help="of their order")
    parser.add_argument("--jobs", type=int, default=2, help="how many runs at a time")
    options = parser.parse_args()
    found = all_of(options.size, set(filter(None, options.always.split(","))))
    random.Random(options.seed).shuffle(found)
    found = found[: options.count]
    bad = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for names, case in pool.map(_run_apart, found):
            if case.faults:
                bad += 1
                print(",".join(names), case.faults)
                for code, out, err in case.results:
                    print(f"  exit code {code}\n  {out[-600:]!r}\n  {err[-600:]!r}", flush=True)
    print(f"{len(found)} combinations, {bad} at fault")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()

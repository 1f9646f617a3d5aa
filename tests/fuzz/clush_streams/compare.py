"""Runs cases with this package and with the released one, and compares what came of them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fuzz.clush_streams import cases
from tests.fuzz.clush_streams.explained import explain

SERVER = Path(__file__).with_name("server.py")


#: Lines of internal life, and of progress, which is a matter of time.
_IGNORED = re.compile(r"DEBUG:|INFO:|ClushConfig parsed|clush: +\d+/\d+")


class Side:
    """One package: a server that runs its clush, below a directory of its own."""

    def __init__(self, python, base):
        self.base = Path(base)
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self.process = subprocess.Popen(
            [python, "-B", str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd="/",
        )

    def ask(self, case):
        """Begin to run *case*; see :meth:`answer`."""
        work = self._world()
        env = {
            "PATH": f"{self.base}/bin:/usr/bin:/bin",
            "HOME": f"{self.base}/home",
            "CLUSTERSHELL_CFGDIR": f"{self.base}/cfg",
            "LOG": f"{self.base}/log",
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "PDSH_RCMD_TYPE": "ssh",
        }
        for name in ("CLUSTERSHELL_PURE_PYTHON",):
            if name in os.environ:
                env[name] = os.environ[name]
        job = {**case, "work": str(work), "env": env}
        print(json.dumps(job), file=self.process.stdin, flush=True)

    def answer(self):
        """Return what came of the case asked for, without what differs every time."""
        line = self.process.stdout.readline()
        assert line, "the server has ended"
        outcome = json.loads(line)
        texts = {name: self._neutral(text) for name, text in outcome["texts"].items()}
        log = self.base / "log"
        return {
            "end": outcome["end"],
            **{name: _comparable(texts.get(name, "")) for name in ("stdout", "stderr", "tty")},
            "done": sorted(self._neutral(log.read_text()).splitlines()) if log.exists() else [],
            "files": self._files(),
        }

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def _neutral(self, text):
        return text.replace(str(self.base), "{BASE}")

    def _world(self):
        for name in ("cfg", "work", "home", "bin"):
            shutil.rmtree(self.base / name, ignore_errors=True)
            (self.base / name).mkdir(parents=True)
        (self.base / "log").unlink(missing_ok=True)
        work = self.base / "work"
        for name in ("f1", "f2", "tree/leaf"):
            (work / name).parent.mkdir(exist_ok=True)
            (work / name).write_text(name)
        for name in ("d", "-d"):
            (work / name).mkdir()
        (work / "hosts").write_text("n[7-8]\n")
        (self.base / "cfg" / "clush.conf").write_text(cases.CONF.format(base=self.base))
        for name in ("ssh", "scp", "rsh", "rcp", "pdcp", "rpdcp"):
            path = self.base / "bin" / name
            path.write_text(cases.PROGRAM if name.endswith("sh") else cases.COPIER)
            path.chmod(0o755)
        return work

    def _files(self):
        found = {}
        for top in ("work", "home"):
            for path in sorted((self.base / top).rglob("*")):
                name = str(path.relative_to(self.base))
                if path.is_file():
                    found[name] = path.read_bytes().decode("latin-1")
        for name in ("f1", "f2", "tree/leaf", "hosts"):
            found.pop(f"work/{name}", None)
        return found


def _comparable(text):
    """Return the lines of *text* in an order of their own, without those of internal life.

    A prompt is a line of its own: which node's line follows on it is chance.
    """
    lines = re.split(r"[\r\n]+|(?<=clush> )", text)
    return sorted(line.rstrip() for line in lines if line.strip() and not _IGNORED.match(line))


class Comparison:
    """Both sides, and the count of what was found."""

    def __init__(self, peer_python, base):
        self.ours = Side(sys.executable, Path(base) / "ours")
        self.peer = Side(peer_python, Path(base) / "peer")
        self.counts = {}

    def compare(self, case):
        """Run *case* on both sides; return None, or (reason or None, ours, peer) if they differ."""
        ours, peer = self._run(case)
        if ours != peer and "hangs" in (ours["end"], peer["end"]):
            # It may have been the machine, which was busy: it is given a lot more time.
            ours, peer = self._run({**case, "patience": 5})
        if ours == peer:
            reason, found = "equal", None
        else:
            reason = explain(case, ours, peer)
            found = (reason, ours, peer)
        self.counts[reason] = self.counts.get(reason, 0) + 1
        return found

    def _run(self, case):
        """Return what came of *case* on both sides, which run at the same time."""
        self.ours.ask(case)
        self.peer.ask(case)
        return self.ours.answer(), self.peer.answer()

    def close(self):
        self.ours.close()
        self.peer.close()


def show(case, ours, peer):
    """Return the text that tells how a case differs."""
    streams = " ".join(case["streams"].values())
    lines = [f"{case['args']}  [{streams}] {case['ground']}"]
    for key in ours:
        if ours[key] != peer[key]:
            lines.append(
                f"   {key}: ours {_short(ours[key])}\n   {' ' * len(key)}  peer {_short(peer[key])}"
            )
    return "\n".join(lines)


def _short(value, size=400):
    text = repr(value)
    return text if len(text) <= size else text[: size // 2] + " … " + text[-size // 2 :]

"""Two processes that run the same programs, one with each of the packages."""

import importlib.util
import json
import os
import subprocess
import sys

from tests import ROOT


class Server:
    """A process that runs programs with one of the packages."""

    def __init__(self, python, path=None):
        self.command = [python, "-m", "tests.fuzz.programs.server"]
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith("PYTHON")
        }
        self.environment.update(
            PYTHONHASHSEED="0",
            LC_ALL="C.UTF-8",
            COLUMNS="80",
            CLUSTERSHELL_CFGDIR=str(ROOT / "tests" / "fixtures" / "etc"),
        )
        if path:
            self.environment["PYTHONPATH"] = str(path)
        self.process = None
        self.sent = None

    def send(self, programs, whole):
        """Have programs run, and be told the whole answers or but digests of them."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self.environment,
                cwd=ROOT,
            )
        self.sent = programs, whole
        self.process.stdin.write(json.dumps([whole, programs]) + "\n")
        self.process.stdin.flush()

    def receive(self):
        """Return the answers to what was sent, "died" for a program that ends the process."""
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        code = self.close()
        programs, whole = self.sent
        if len(programs) == 1:
            return [["died", code]]
        found = []
        for program in programs:
            self.send([program], whole)
            found += self.receive()
        return found

    def close(self):
        """End the process; return its exit code."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.stdin.close()
        process.stdout.close()
        return process.wait(60)


class Pair:
    """Both packages, at work at the same time."""

    def __init__(self, peer):
        installed = importlib.util.find_spec("ClusterShell")
        ours = Server(sys.executable, None if installed else ROOT / "clustershell")
        self.sides = [Server(peer), ours]

    def send(self, programs, whole=True):
        """Have both run programs."""
        for side in self.sides:
            side.send(programs, whole)

    def receive(self):
        """Return (peer's answer, ours) for each program that was sent."""
        return list(zip(*[side.receive() for side in self.sides]))

    def ask(self, programs):
        """Return (peer's answer, ours), whole, for each program."""
        self.send(programs)
        return self.receive()

    def close(self):
        """End both processes."""
        for side in self.sides:
            side.close()

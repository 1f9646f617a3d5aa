"""One run of a command in a process of its own, with streams of any kind."""

import contextlib
import fcntl
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time

from tests import ROOT

PROGRAM = """\
import sys
sys.prefix = "/nonexistent"
sys.argv[0] = {name!r}
from ClusterShell.CLI.{module} import main
main()
"""

#: Kinds of streams.
INPUTS = ["pipe", "file", "null", "closed", "terminal", "nonblocking"]
OUTPUTS = ["pipe", "file", "null", "closed", "terminal", "nonblocking", "full"]

#: Kinds that are less often met, or by mistake: ``gone`` is a pipe that nobody reads.
ODD_INPUTS = ["writeonly", "socket", "hungup"]
ODD_OUTPUTS = ["readonly", "gone", "socket", "hungup"]


class Output:
    """Where a process writes to, of one kind; what has arrived there afterwards."""

    def __init__(self, kind):
        self.read = self.write = self.file = None
        if kind in ("pipe", "nonblocking"):
            self.read, self.write = os.pipe()
            os.set_blocking(self.write, kind == "pipe")
        elif kind == "terminal":
            self.read, self.write = pty.openpty()
        elif kind == "file":
            self.file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been read)
            self.write = os.dup(self.file.fileno())
        elif kind == "socket":
            self.read, self.write = (end.detach() for end in socket.socketpair())
        elif kind in ("gone", "hungup"):
            unread, self.write = os.pipe() if kind == "gone" else pty.openpty()
            os.close(unread)
        elif kind != "closed":
            name = "full" if kind == "full" else "null"
            mode = os.O_RDONLY if kind == "readonly" else os.O_WRONLY
            self.write = os.open("/dev/" + name, mode)

    def all(self):
        """Return all that was written; the process has it closed, or closes it some time."""
        if self.file is not None:
            self.file.seek(0)
            with self.file:
                return self.file.read()
        parts = []
        while self.read is not None:
            try:
                parts.append(os.read(self.read, 65536))
            except OSError:  # a terminal nobody has any more
                parts.append(b"")
            if not parts[-1]:
                os.close(self.read)
                self.read = None
        return b"".join(parts)


def source(kind, text):
    """Return (descriptor to read from, function that delivers the text), None for a closed one."""
    if kind == "writeonly":
        return os.open(os.devnull, os.O_WRONLY), None
    if kind == "hungup":
        ours, theirs = pty.openpty()
        os.close(ours)
        return theirs, None
    if kind in ("pipe", "nonblocking", "terminal", "socket"):
        ours, theirs = None, None
        if kind == "terminal":
            ours, theirs = pty.openpty()
            text += "\x04"
        elif kind == "socket":
            ours, theirs = (end.detach() for end in socket.socketpair())
        else:
            theirs, ours = os.pipe()
            os.set_blocking(theirs, kind == "pipe")

        def deliver():
            if kind == "nonblocking":
                time.sleep(0.3)  # it has long asked by then
            with contextlib.suppress(OSError):  # it has ended, as some do without reading
                os.write(ours, text.encode())
            if kind == "terminal":
                return  # closed with the process: a hang-up would end it first
            os.close(ours)

        return theirs, deliver
    if kind == "file":
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.flush()
            file.seek(0)
            return os.dup(file.fileno()), None
    if kind == "closed":
        return None, None
    return os.open(os.devnull, os.O_RDONLY), None


def environment(cfgdir, ours):
    """Return the environment of a run."""
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "80", "HOME": "/none"}
    env.update(CLUSTERSHELL_CFGDIR=str(cfgdir), PYTHONHASHSEED="0", TERM="dumb")
    if ours:
        env["PYTHONPATH"] = str(ROOT / "clustershell")
        env["CLUSTERSHELL_PURE_PYTHON"] = os.environ.get("CLUSTERSHELL_PURE_PYTHON", "")
    return env


def run(python, case, cfgdir):
    """Return exit code, output and errors of a case, with one of the packages.

    A case has: command, args; stdin (text), and the kinds stdin_kind, stdout, stderr.
    """
    name = case["command"].lower()
    program = PROGRAM.format(name=name, module=case["command"])
    fd, deliver = source(case.get("stdin_kind", "pipe"), case.get("stdin", ""))
    outputs = [Output(case.get(name, "pipe")) for name in ("stdout", "stderr")]
    plan = [fd, *(output.write for output in outputs)]

    def adopt():
        for number, own in enumerate(plan):
            if own is None:
                os.close(number)
            else:
                os.dup2(own, number)
        for number in range(3):  # the first terminal is the one the process belongs to
            with contextlib.suppress(OSError):
                fcntl.ioctl(number, termios.TIOCSCTTY, 0)
                break

    process = subprocess.Popen(
        [python, "-W", "ignore", "-c", program, *case["args"]],
        env=environment(cfgdir, python == sys.executable),
        preexec_fn=adopt,
        start_new_session=True,
    )
    for own in plan:
        if own is not None:
            os.close(own)
    if deliver is not None:
        deliver()
    signal.signal(signal.SIGALRM, lambda *_: process.kill())
    signal.alarm(20)
    texts = [output.all() if output.file is None else None for output in outputs]
    code = process.wait()
    signal.alarm(0)
    texts = [output.all() if text is None else text for text, output in zip(texts, outputs)]
    return [code, *(text.decode().replace(str(cfgdir), "CFG") for text in texts)]

"""Runs clush with given streams, in forks of one process that has loaded it.

Reads a JSON object a line from standard input, and answers each with one: a case
(see ``cases``) with the directory to run it in, and what came of it.  Knows nothing of
the package but its command, so that it serves the released one as well.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import sys
import termios
import time

#: What standard input gives, where it gives anything.
INPUT = b"in1\nin2\n"

#: Seconds that a run may take.
LIMIT = 6.0

_STREAMS = ("stdin", "stdout", "stderr")


class Streams:
    """The three streams of a run: descriptors for it, and our ends of them."""

    def __init__(self, kinds, work, session):
        self.given = {}
        self.ours = {}
        self.feed = None
        self.master, self.slave = os.openpty()
        self._calm_terminal()
        for number, name in enumerate(_STREAMS):
            make = getattr(self, "_" + kinds[name].replace("-", "_"))
            self.given[number] = make(number, name, work)
        self.texts = dict.fromkeys((*self.ours, "tty"), b"")
        self.ours["tty"] = self.master
        self.script = list(session)
        self._answered = 0

    def _calm_terminal(self):
        attributes = termios.tcgetattr(self.slave)
        attributes[1] &= ~termios.OPOST
        attributes[3] &= ~termios.ECHO
        termios.tcsetattr(self.slave, termios.TCSANOW, attributes)

    def _terminal(self, number, name, work):
        return os.dup(self.slave)

    def _pipe(self, number, name, work):
        reading, writing = os.pipe()
        if number:
            self.ours[name] = reading
            return writing
        os.write(writing, INPUT)
        os.close(writing)
        return reading

    def _nonblocking(self, number, name, work):
        reading, writing = os.pipe()
        os.set_blocking(writing if number else reading, False)
        if number:
            self.ours[name] = reading
            return writing
        self.feed = (time.monotonic() + 0.15, writing)
        return reading

    def _file(self, number, name, work):
        path = os.path.join(work, ".." + "/" + name)
        if not number:
            with open(path, "wb") as file:
                file.write(INPUT)
        flags = os.O_RDONLY if not number else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        return os.open(path, flags)

    def _closed(self, number, name, work):
        return None

    def _null(self, number, name, work):
        return os.open(os.devnull, os.O_RDWR)

    def _full(self, number, name, work):
        return os.open("/dev/full", os.O_RDWR)

    def close_given(self):
        for fd in (*self.given.values(), self.slave):
            if fd is not None:
                os.close(fd)

    def pump(self, seconds):
        """Take in what comes within *seconds*; answer prompts; return whether anything came."""
        if self.feed and time.monotonic() >= self.feed[0]:
            with contextlib.suppress(BrokenPipeError):
                os.write(self.feed[1], INPUT)
            os.close(self.feed[1])
            self.feed = None
        came = False
        for fd in select.select(list(self.ours.values()), [], [], seconds)[0]:
            (name,) = [key for key, value in self.ours.items() if value == fd]
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                os.close(fd)
                del self.ours[name]
            self.texts[name] += data
            came = came or bool(data)
        self._answer()
        return came

    def _answer(self):
        prompts = sum(text.count(b"clush> ") for text in self.texts.values())
        if prompts > self._answered and self.script and "tty" in self.ours:
            self._answered = prompts
            time.sleep(0.05)  # readline prepares the terminal after its prompt
            os.write(self.master, self.script.pop(0).encode() + b"\n")

    def close(self):
        for fd in self.ours.values():
            os.close(fd)
        if self.feed:
            os.close(self.feed[1])


def become(job, streams):
    """Turn this process into clush; main() is called by who called us."""
    fds = dict(streams.given)
    # Out of the way first: a descriptor given may have the number of another stream.
    moved = {n: fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for n, fd in fds.items() if fd is not None}
    for number in range(3):
        if number in moved:
            os.dup2(moved[number], number)
        else:
            with contextlib.suppress(OSError):
                os.close(number)
    os.closerange(3, 256)
    os.chdir(job["work"])
    os.environ.clear()
    os.environ.update(job["env"])
    for number, name in enumerate(_STREAMS):
        stream = None
        if number in moved:
            stream = open(  # noqa: SIM115 (it is to stay open)
                number,
                "w" if number else "r",
                encoding="utf-8",
                errors="backslashreplace" if number == 2 else "surrogateescape",
                closefd=False,
            )
            if number and (os.isatty(number) or number == 2):
                stream.reconfigure(line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = ["clush", *job["args"]]


def lead(job, streams, told):
    """Lead the session: start clush in the place it is to have; tell what became of it.

    Returns in clush itself.
    """
    os.setsid()
    streams.close()  # these ends are the server's
    if job["ground"] != "none":
        fcntl.ioctl(streams.slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.read(reading, 1)
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        become(job, streams)
        return
    os.setpgid(pid, pid)
    if job["ground"] == "foreground":
        os.tcsetpgrp(streams.slave, pid)
    os.write(writing, b"x")
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        end = f"stopped by {os.WSTOPSIG(status)}"
        os.killpg(pid, signal.SIGKILL)
    else:
        code = os.waitstatus_to_exitcode(status)
        end = f"exit {code}" if code >= 0 else f"signal {-code}"
    os.write(told, end.encode())
    os._exit(0)


def run(job):
    """Run one case; return its outcome, or None in the process that is to be clush."""
    streams = Streams(job["streams"], job["work"], job.get("session", ()))
    telling, told = os.pipe()
    leader = os.fork()
    if not leader:
        lead(job, streams, told)
        return None
    os.close(told)
    streams.close_given()
    limit = time.monotonic() + LIMIT * job.get("patience", 1)
    end = ""
    while not end and time.monotonic() < limit:
        streams.pump(0.02)
        if select.select([telling], [], [], 0)[0]:
            end = os.read(telling, 64).decode() or "lost"
    if not end:
        end = "hangs"
        _kill_session(leader)
    late = time.monotonic() + 1.0
    while streams.pump(0.02) and time.monotonic() < late:
        pass
    os.close(telling)
    streams.close()
    _kill_session(leader)
    os.waitpid(leader, 0)
    return _outcome(job, streams, end)


def _kill_session(leader):
    """Kill all of the session of *leader*, itself included.

    All are stopped before: none is to tell of the end of another.
    """
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                _signal_of_session(int(entry), leader, number)


def _signal_of_session(pid, leader, number):
    """Send a signal to process *pid* if it is of the session of *leader*."""
    with contextlib.suppress(OSError, ValueError):
        with open(f"/proc/{pid}/stat") as file:
            session = int(file.read().rpartition(")")[2].split()[3])
        if session == leader:
            os.kill(pid, number)


def _outcome(job, streams, end):
    texts = {name: data.decode("latin-1") for name, data in streams.texts.items()}
    for name in _STREAMS[1:]:
        if job["streams"][name] == "file":
            with open(os.path.join(job["work"], "..", name), "rb") as file:
                texts[name] = file.read().decode("latin-1")
    return {"end": end, "texts": texts}


def main():
    """Answer jobs until there are no more; in a fork, be clush."""
    import ClusterShell.CLI.Clush as clush
    import ClusterShell.CLI.Config
    import ClusterShell.CLI.Display
    import ClusterShell.CLI.Error
    import ClusterShell.CLI.OptionParser
    import ClusterShell.CLI.Utils
    import ClusterShell.NodeSet
    import ClusterShell.Task
    import ClusterShell.Worker.Pdsh
    import ClusterShell.Worker.Ssh  # noqa: F401

    answers = os.fdopen(os.dup(1), "w", closefd=False)
    for line in iter(sys.stdin.readline, ""):
        outcome = run(json.loads(line))
        if outcome is None:
            break
        print(json.dumps(outcome), file=answers, flush=True)
    else:
        return
    clush.main()


if __name__ == "__main__":
    main()

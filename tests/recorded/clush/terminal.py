"""clush at a terminal: sessions as a person would have them, and what the screen shows.

A session has ``args``, a ``script`` of (text to wait for, what to type then)
pairs, and optionally ``env``, ``shell`` (a shell text in which ``CLUSH`` stands
for the command) and ``compare`` (see ``cases``, "exact" for all rows in
order).  A number in place of the text waits that many seconds.
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

from tests.fixtures.waiting import wait_until
from tests.recorded.clush import world

ESCAPE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")


class Screen:
    """What a terminal shows after some output; colors stand as ``{94}`` in the text."""

    def __init__(self):
        self.rows = [[]]
        self.column = 0
        self.color = ""

    def feed(self, text):
        position = 0
        while position < len(text):
            match = ESCAPE.match(text, position)
            if match:
                self._escape(*match.groups())
                position = match.end()
                continue
            self._put(text[position])
            position += 1

    def _escape(self, numbers, letter):
        row = self.rows[-1]
        if letter == "m":
            self.color = "" if numbers in ("", "0") else numbers
        elif letter == "K":
            del row[self.column :]
        elif letter == "C":
            self.column += int(numbers or 1)

    def _put(self, char):
        row = self.rows[-1]
        if char == "\n":
            self.rows.append([])
        elif char == "\r":
            self.column = 0
        elif char == "\b":
            self.column = max(self.column - 1, 0)
        elif char != "\a":
            row.extend([(" ", "")] * (self.column + 1 - len(row)))
            row[self.column] = (char, self.color)
            self.column += 1

    def text(self):
        """Return the rows, without blanks at their ends."""
        return [self._row_text(row).rstrip() for row in self.rows]

    @staticmethod
    def _row_text(row):
        parts, color = [], ""
        for char, now in row:
            if now != color and char != " ":
                parts.append("{%s}" % (now or "0"))
                color = now
            parts.append(char)
        return "".join(parts)


class Terminal:
    """A process in a terminal of 24 lines and 100 columns."""

    def __init__(self, argv, cwd, env):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env=env,
            preexec_fn=self._take_terminal,
        )
        os.close(slave)
        self.output = b""
        self._seen = 0
        self._ended = False

    @staticmethod
    def _take_terminal():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        world.limit_files()

    def _pump(self, seconds):
        """Take in what is shown within `seconds` at most."""
        if self._ended or not select.select([self.master], [], [], seconds)[0]:
            return
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        self._ended = not data
        self.output += data

    def wait_for(self, text, seconds=20.0):
        """Return when `text` has been shown since the last call; fail after `seconds`."""
        wanted = text.encode()
        limit = time.monotonic() + seconds
        while True:
            found = self.output.find(wanted, self._seen)
            if found >= 0:
                self._seen = found + len(wanted)
                return
            assert not self._ended and time.monotonic() < limit, (
                f"{text!r} is not shown: {self.output[self._seen :]!r}"
            )
            self._pump(limit - time.monotonic())

    def wait_for_prompt(self):
        """Return when clush has asked for a command, and takes keys one by one."""
        self.wait_for("clush> ")
        wait_until(lambda: not termios.tcgetattr(self.master)[3] & termios.ICANON)

    def keep_output(self):
        """Have Ctrl-C throw away nothing of what has been shown and not been read yet."""
        settings = termios.tcgetattr(self.master)
        settings[3] |= termios.NOFLSH
        termios.tcsetattr(self.master, termios.TCSANOW, settings)

    def pause(self, seconds):
        """Take in what is shown in the next `seconds`."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and not self._ended:
            self._pump(limit - time.monotonic())

    def type(self, text):
        """Press the keys of `text`."""
        os.write(self.master, text.encode())

    def finish(self, seconds=20.0):
        """Wait for the end; return the exit code.  Kills it and fails after `seconds`."""
        limit = time.monotonic() + seconds
        while not self._ended and time.monotonic() < limit:
            self._pump(limit - time.monotonic())
        try:
            return self.process.wait(max(limit - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            self.close()
            raise AssertionError(f"still running: {self.output!r}") from None

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1


def run(command, session, base):
    """Have `session` with `command`, a list, below `base`; return what the screen shows."""
    import shlex

    argv = [*command, *session["args"]]
    if "shell" in session:
        argv = ["sh", "-c", session["shell"].replace("CLUSH", shlex.join(argv))]
    work = world.make(base)
    terminal = Terminal(argv, work, world.environment(base, session.get("env")))
    try:
        for wanted, typed in session["script"]:
            if isinstance(wanted, str):
                terminal.wait_for(wanted)
            else:
                terminal.pause(wanted)
            terminal.type(typed)
        code = terminal.finish()
    finally:
        terminal.close()
    screen = Screen()
    screen.feed(terminal.output.decode("utf-8", "replace"))
    return {"rc": code, "rows": screen.text()}


def comparable(session, result):
    """Return the result without what has no order."""
    rows = [row for row in result["rows"] if not world.ignored(row)]
    compare = session.get("compare", "nodes")
    if compare == "lines":
        rows = sorted(rows)
    elif compare == "nodes":
        rows = world.by_node(rows)
    return result["rc"], rows


def all_sessions():
    """Return the sessions in the order they are recorded in."""
    exec3 = ["-R", "exec", "-w", "n[1-3]"]
    sessions = []

    def add(args, script=(), compare="lines", **more):
        sessions.append({"args": [*exec3, *args], "script": script, "compare": compare, **more})

    mixed = "echo same; echo other >&2; exit 2"
    for display in ("", "-N", "-q", "-S", "-v", "--color=never", "--color=always"):
        add([*display.split(), mixed])
    for display in ("-b", "-B", "-L", "-bL", "-br", "-bN", "-bq"):
        add([*display.split(), "echo same; echo line%rank; exit 2"], compare="exact")
    add(["--diff", "echo same; echo line%rank"], compare="exact")
    for env in ({"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"CLICOLOR_FORCE": "1"}):
        add(["echo x"], env=env)
    for shell in ("CLUSH </dev/null", "CLUSH | cat", "CLUSH 2>/dev/null", "CLUSH 2>&1 | cat"):
        add([mixed], shell=shell)
        add(["-d", "-b", "echo x"], shell=shell)
    add(["-n", "-d", "echo x"])
    add(["cat"])
    add(["-P", "echo a; sleep 1.%rank; echo b"])
    add(["-bP", "sleep 1.%{rank}5; echo b"], compare="exact")
    add(["-b", "sleep 1.7; echo b"], compare="exact")
    add(["-L", "sleep 1.7; exit 3"], compare="exact")
    add(["-q", "-b", "sleep 1.7; echo b"], compare="exact")

    add(["echo a; sleep 1"], [("n3: ", ""), (0.3, "\n")])
    add(["-b", "sleep 1; echo a"], [(0.7, "\n")], compare="exact")
    add(["-f", "1", "-b", "sleep 0.5; echo a"], [(0.3, "x\n")], compare="exact")

    def talk(*lines, args=(), end="quit\n", **more):
        script = [("clush> ", line + "\n") for line in lines]
        # What is typed while readline prepares the terminal may get lost.
        add([*args], [*script, ("clush> ", ""), (0.3, end)], **more)

    talk(compare="exact")
    talk(end="\x04", compare="exact")
    talk(end="QUIT\n", compare="exact")
    talk(end="\x03")
    talk(end="abc\x03")
    talk("?", "@m[1-2]", "?", compare="exact")
    talk("+n[4-6]", "-n2", "-nope", compare="exact")
    talk("+@io", "-@adm", "@@local:adm", compare="exact")
    talk("@n[", "+n[3-1]", compare="exact")
    talk("=", "echo a", "=", compare="exact")
    talk("echo a; exit %rank")
    talk("echo a", "echo b", args=["-b"], compare="exact")
    talk("echo a", "=", "echo b", args=["-L"], compare="exact")
    talk("echo a", "=", "echo b", "=", args=["-bL"], compare="exact")
    talk("!echo here; exit 3", compare="exact")
    for display in (["-b"], ["-L"], ["-bL"], ["-B"], ["--diff"]):
        talk("!echo here; exit 3", args=display, compare="exact")
    talk("=", "!echo here; exit 3", compare="exact")
    talk("", "", compare="exact")
    talk("cat", "read x; echo got $x", args=["-b"], compare="exact")
    talk("echo a", args=["-q", "-b"], compare="exact")
    talk("echo a", args=["-b", "-r", "-w", "n[4-6]"], compare="exact")
    talk("sleep 2", args=["-u", "0.3"], compare="exact")
    talk("echo a", args=["-m", "echo"])

    password = [("assword: ", "secret\n")]
    add(["-O", "password_prompt=yes", "-b", "cat"], password, compare="exact")
    add(["-O", "password_prompt=yes", "-b", "-n", "cat"], password, compare="exact")
    add(["-O", "password_prompt=yes", "cat"], [("assword: ", "\x03")], compare="exact")
    add(
        ["-O", "password_prompt=yes", "-b"],
        [*password, ("clush> ", "read x; echo got $x\n"), ("clush> ", "quit\n")],
        compare="exact",
    )
    return sessions

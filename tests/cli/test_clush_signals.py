"""Signals that another thread gets end what the main thread waits for."""

import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest

from ClusterShell._cli.clush.ending import status_after
from ClusterShell._cli.clush.run import Run
from ClusterShell._cli.clush.signals import GRACE_PERIOD, Ended, Endings
from ClusterShell._task.gate import Gate
from ClusterShell.Event import EventHandler
from ClusterShell.Task import Task
from ClusterShell.Worker.Exec import ExecWorker
from tests.fixtures.waiting import wait_until
from tests.fuzz import clush_signals
from tests.recorded.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START]

SCRIPT = """
import os, signal, sys, threading, time

if "notice" in sys.argv:
    from ClusterShell._cli.clush.signals import Endings, notice_signals
    endings = Endings(lambda: False, print)
    notice_signals(endings)
    notice_signals(endings)

def get_signal():
    while not reads():
        time.sleep(0.01)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

def reads():
    "Return whether the main thread waits in a system call for a byte of descriptor 0."
    with open(f"/proc/self/task/{os.getpid()}/syscall") as call:
        return call.read().split()[1:4:2] == ["0x0", "0x1"]

for _ in range(2):
    try:
        threading.Thread(target=get_signal, daemon=True).start()
        os.read(0, 1)
        sys.exit("the input ended")
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def waiting(*args):
    """Start the script with a standard input that never comes."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_signal_of_another_thread_is_noticed():
    with waiting("notice") as process:
        process.wait(20)
        shown = process.stdout.read()
    assert shown.split() == ["interrupted", "interrupted"]
    assert process.returncode == 0


@pytest.mark.lengthy
def test_without_it_the_signal_is_not_noticed():
    with waiting() as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        process.kill()
        assert process.stdout.read() == ""


class TestEndings:
    """What asks for the end does so once."""

    def make(self, may_raise=True):
        left = []
        return Endings(lambda: may_raise, left.append), left

    def test_ctrl_c_raises_once(self):
        endings, left = self.make()
        with pytest.raises(KeyboardInterrupt):
            endings._handle(signal.SIGINT, None)
        endings._handle(signal.SIGINT, None)
        assert left == []

    def test_ctrl_c_again_after_a_while_cuts_the_end_short(self, monkeypatch):
        endings, left = self.make()
        with pytest.raises(KeyboardInterrupt):
            endings._handle(signal.SIGINT, None)
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + GRACE_PERIOD + 0.1)
        endings._handle(signal.SIGINT, None)
        assert left == [signal.SIGINT]

    def test_sigterm_while_ctrl_c_is_obeyed(self):
        endings, left = self.make()
        with pytest.raises(KeyboardInterrupt):
            endings._handle(signal.SIGINT, None)
        endings._handle(signal.SIGTERM, None)
        assert left == [signal.SIGTERM]

    def test_raises_later_where_it_may_not_now(self):
        endings, _ = self.make(may_raise=False)
        endings._handle(signal.SIGHUP, None)
        assert endings.fatal()
        with pytest.raises(Ended) as caught:
            endings.check()
        assert caught.value.signum == signal.SIGHUP

    def test_settled(self):
        endings, _ = self.make(may_raise=False)
        endings._handle(signal.SIGINT, None)
        assert not endings.fatal()
        endings.settled()
        endings.check()
        endings._handle(signal.SIGINT, None)
        with pytest.raises(KeyboardInterrupt):
            endings.check()


def commands(marker):
    """Return the ids of the processes that have `marker` as an argument."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # it has ended since
        if marker.encode() in words and state != "Z":
            found.append(int(entry.name))
    return found


#: Something to look for that no other test uses.
NODES, MARKER = "n[1-4]", f"604801.{os.getpid()}"

#: Says by a file that it has begun, and goes on until it is told to end by another.
WAIT = "touch {folder}/begun.%h; until [ -e {folder}/go ]; do sleep 0.05; done"


@pytest.mark.slow
def test_ctrl_c_that_cuts_the_end_short_says_so():
    code = "from ClusterShell._cli.clush.run import Run; Run().terminate(2)"
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (130, b"Keyboard interrupt.\n")


class TestProcess:
    """A whole clush, in a terminal or without one."""

    #: sleep itself, so that ending it ends all.
    RUN = ("-R", "exec", "-w", NODES, f"exec sleep {MARKER}")

    def start(self, tmp_path, *args):
        return terminal.Terminal([*CLUSH, *args], world.make(tmp_path), world.environment(tmp_path))

    def running(self):
        return len(commands(MARKER)) == 4

    @pytest.mark.parametrize("display", ["-b", "-L", "-bL", "-P", "-N"])
    def test_ctrl_c_twice(self, tmp_path, display):
        shown = self.start(tmp_path, display, *self.RUN)
        shown.keep_output()
        wait_until(self.running)
        shown.type("\x03")
        shown.type("\x03")
        assert shown.finish() == 130
        assert b"Traceback" not in shown.output
        assert b"Keyboard interrupt" in shown.output
        wait_until(lambda: not commands(MARKER))

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_without_a_terminal(self, tmp_path, number):
        process = subprocess.Popen(
            [*CLUSH, *self.RUN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=world.environment(tmp_path),
            cwd=world.make(tmp_path),
        )
        wait_until(self.running)
        process.send_signal(number)
        output, _ = process.communicate(timeout=20)
        assert (process.returncode, output) == (-number, b"")
        wait_until(lambda: not commands(MARKER))

    def test_sigterm_in_a_terminal(self, tmp_path):
        shown = self.start(tmp_path, *self.RUN)
        wait_until(self.running)
        os.kill(shown.process.pid, signal.SIGTERM)
        assert shown.finish() == -signal.SIGTERM
        assert b"Traceback" not in shown.output
        wait_until(lambda: not commands(MARKER))

    @pytest.mark.parametrize("typed", ["", f"exec sleep {MARKER}\n"], ids=["nothing", "a command"])
    def test_terminal_that_is_closed(self, tmp_path, typed):
        shown = self.start(tmp_path, "-R", "exec", "-w", NODES)
        shown.wait_for_prompt()
        shown.type(typed)
        if typed:
            wait_until(self.running)
        os.close(shown.master)
        shown.master = -1
        assert shown.process.wait(20) in (1, -signal.SIGHUP)
        wait_until(lambda: not commands(MARKER))

    def test_nohup(self, tmp_path):
        """A signal that is ignored from the start is none of our business."""
        process = subprocess.Popen(
            ["nohup", *CLUSH, "-R", "exec", "-w", NODES, WAIT.format(folder=tmp_path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=world.environment(tmp_path),
            cwd=world.make(tmp_path),
        )
        wait_until(lambda: len(list(tmp_path.glob("begun.*"))) == 4)
        process.send_signal(signal.SIGHUP)
        (tmp_path / "go").touch()
        assert process.wait(20) == 0

    def test_the_look_for_commands_sees_those_left(self, tmp_path):
        """The fault is planted: clush is killed outright."""
        process = subprocess.Popen(
            [*CLUSH, *self.RUN], env=world.environment(tmp_path), cwd=world.make(tmp_path)
        )
        wait_until(self.running)
        process.kill()
        process.wait()
        left = commands(MARKER)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert len(left) == 4


@pytest.mark.lengthy
class TestEndOfRun:
    """Ctrl-C at moments that are hard to meet."""

    def prepare(self, run):
        task = Task()
        task.set_default("distant_worker", ExecWorker)
        run.begin(task)

    @pytest.fixture
    def run(self):
        run = Run()
        run.display = types.SimpleNamespace(vprint_err=lambda level, text: None)
        self.prepare(run)
        yield run
        run.task.abort(kill=True)
        run.task.join()

    class Handler(EventHandler):
        def show_interrupted(self, worker):
            raise AssertionError("there is nothing to show")

    def test_before_the_command_is_scheduled(self, run, capsys):
        run.worker = ExecWorker("n[1-2]", self.Handler(), command="true")
        run.end()
        assert capsys.readouterr().err == "Keyboard interrupt.\n"
        assert not run.going()

    def test_command_that_is_about_to_start(self, run, monkeypatch):
        """Its thread has been asked to run it, and does not get to it before Ctrl-C does."""
        look = Gate.await_work

        def late(gate):
            time.sleep(0.3)
            return look(gate)

        run.task.abort(kill=True)
        monkeypatch.setattr(Gate, "await_work", late)
        self.prepare(run)
        start = time.monotonic()
        run.worker = run.task.shell("sleep 60", nodes="n1", handler=None)
        run.worker.eh = types.SimpleNamespace(show_interrupted=lambda worker: False)
        run.task.resume()
        run.end()
        run.task.join()
        assert time.monotonic() - start < 50
        assert not run.task._engine._clients

    def test_pressed_again_while_the_end_is_told(self, run, monkeypatch):
        """The second one comes when all is aborted: it takes neither the words nor the code."""
        told = []

        def press_again(text):
            signal.raise_signal(signal.SIGINT)
            told.append(text)

        monkeypatch.setattr("ClusterShell._cli.clush.run.complain", press_again)
        monkeypatch.setattr("ClusterShell._cli.clush.run.GRACE_PERIOD", 0.01)
        before = {number: signal.getsignal(number) for number in (2, signal.SIGTERM, signal.SIGHUP)}
        run.endings.listen()
        try:
            with pytest.raises(KeyboardInterrupt) as caught:
                signal.raise_signal(signal.SIGINT)
            code = status_after(run, LookupError, caught.value)
            signal.raise_signal(signal.SIGINT)
        finally:
            for number, action in before.items():
                signal.signal(number, action)
        assert (code, told) == (130, ["Keyboard interrupt."])

    def test_after_the_run_was_shown(self, run, capsys):
        run.worker = run.task.shell("true", nodes="n1", handler=self.Handler())
        run.task.resume()
        run.task.join()
        run.over(run.task)
        run.end()
        assert capsys.readouterr().err == "Keyboard interrupt.\n"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_signal_is_lost_while_output_never_ends(seed):
    """A few of the runs of ``python -m tests.fuzz.clush_signals``."""
    assert list(clush_signals.faults(6, seed)) == []

"""A gateway as a process: its input, its end, its log, and what it does when nobody reads."""

import os
import re
import resource
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.recorded.gateway.cases import READY, control, eof, shell, write
from tests.recorded.gateway.talk import answer

TIMEOUT = 30


class Process:
    """A gateway and the pipes to it."""

    def __init__(self, text=READY, preexec_fn=None, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ClusterShell.Gateway", "-Bu"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "CLUSTERSHELL_GW_LOG_DIR": "/nonexistent", **environment},
            preexec_fn=preexec_fn,
        )
        self.data = bytearray()
        self.send(text)

    def send(self, text):
        self.process.stdin.write(text.encode("latin1"))
        self.process.stdin.flush()

    def read(self, until=lambda told: False):
        """Read until *until* says so of what has been told; return it."""
        deadline = time.monotonic() + TIMEOUT
        while not until(answer(bytes(self.data))):
            assert time.monotonic() < deadline, bytes(self.data)
            if not self.read_some():
                break
        return answer(bytes(self.data))

    def read_some(self):
        """Read what there is, if anything comes soon; return whether there may be more."""
        if select.select([self.process.stdout], [], [], 0.1)[0]:
            found = os.read(self.process.stdout.fileno(), 1 << 20)
            self.data += found
            return bool(found)
        return True

    def end(self):
        """Close the input; return what is told up to the end, errors and exit code."""
        self.process.stdin.close()
        return self.read(), self.process.stderr.read(), self.process.wait(TIMEOUT)


@pytest.fixture
def gateway():
    made = []

    def start(*args, **kwargs):
        made.append(Process(*args, **kwargs))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(TIMEOUT)
        for stream in (one.process.stdin, one.process.stdout, one.process.stderr):
            stream.close()


def gone(pid):
    """Wait for the process *pid*, not our child, to end."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


class TestInput:
    def test_two_workers(self, gateway):
        one = gateway(READY + shell("cat", srcid=7) + shell("cat", "n2", srcid=8, msgid=3))
        one.send(write(b"a", 7) + write(b"b", 8) + write(b"c", 7) + eof(7) + eof(8))
        told = one.read(lambda told: len(told["codes"]) == 2)
        assert told["text"] == {"OUT 7 n1": "ac\n", "OUT 8 n2": "b\n"}

    @pytest.mark.parametrize("target", ["n2", "{'n2'}"])
    def test_one_worker_in_two_parts(self, gateway, target):
        """Nodes that came from a gateway that is gone get their input again, others do not."""
        one = gateway(READY + shell("cat") + write(b"a") + shell("cat", "n2", msgid=9))
        one.send(write(b"a", target=target) + write(b"b") + write(b"b", target=target))
        one.send(eof(target=target) + eof())
        told = one.read(lambda told: len(told["codes"]) == 2)
        assert told["text"] == {"OUT 7 n1": "ab\n", "OUT 7 n2": "ab\n"}

    def test_of_no_worker(self, gateway):
        one = gateway(READY + shell("echo a") + write(b"a", srcid=99) + eof(srcid=99))
        told = one.read(lambda told: len(told["acks"]) == 4 and told["codes"])
        assert (told["errors"], told["text"]) == ([], {"OUT 7 n1": "a\n"})

    def test_much(self, gateway):
        one = gateway(READY + shell("md5sum", "n[1-3]"))
        for _ in range(64):
            one.send(write(b"x" * 65536))
        one.send(eof())
        told = one.read(lambda told: len(told["codes"]) == 3)
        expected = subprocess.run(
            ["md5sum"], input=b"x" * (64 * 65536), capture_output=True
        ).stdout.decode()
        assert told["text"] == {f"OUT 7 n{number}": expected for number in (1, 2, 3)}


class TestSettings:
    def test_of_classes_that_are_not_allowed(self, gateway, tmp_path):
        """They are left out, whatever they would do, and the command runs."""
        one = gateway(
            READY + shell("echo a", infos={"mine": Evil(), "cls": Evil, "fanout": 2}),
            PLANTED=str(tmp_path / "planted"),
            CLUSTERSHELL_GW_LOG_DIR=str(tmp_path),
            CLUSTERSHELL_GW_LOG_LEVEL="DEBUG",
        )
        told = one.read(lambda told: told["codes"])
        assert (told["errors"], told["text"]) == ([], {"OUT 7 n1": "a\n"})
        (log,) = tmp_path.iterdir()  # and nothing else
        text = log.read_text()
        assert "setting mine is of an unknown class" in text
        assert "setting cls is of an unknown class" in text


class Evil:
    def __reduce__(self):
        return os.system, ('touch "$PLANTED"',)


class TestEnd:
    def started(self, gateway):
        """Return a gateway that runs a command, and the command's process."""
        one = gateway(READY + shell("echo $$; exec sleep 60", infos={"grooming_delay": 0}))
        told = one.read(lambda told: told["text"])
        return one, int(told["text"]["OUT 7 n1"])

    def test_of_input(self, gateway):
        one, pid = self.started(gateway)
        told, err, code = one.end()
        assert (told["closed"], err, code) == (False, b"", 0)
        assert gone(pid)

    @pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
    def test_by_a_signal(self, gateway, signum):
        one, pid = self.started(gateway)
        one.process.send_signal(signum)
        assert one.process.wait(TIMEOUT) == 128 + signum
        assert gone(pid)

    def test_of_the_channel(self, gateway):
        one, pid = self.started(gateway)
        one.send("</channel>\n")
        assert one.read()["closed"]
        assert one.process.wait(TIMEOUT) == 0
        assert gone(pid)

    def test_by_an_error(self, gateway):
        one, pid = self.started(gateway)
        one.send("<foo/>\n")
        told = one.read()
        assert (told["errors"], told["closed"]) == (["Invalid starting tag foo"], True)
        assert one.process.wait(TIMEOUT) == 0
        assert gone(pid)

    def test_of_who_reads(self, gateway):
        one = gateway(READY + shell("while :; do echo $$; sleep 0.01; done"))
        told = one.read(lambda told: told["text"])
        one.process.stdout.close()
        assert one.process.wait(TIMEOUT) == 0
        assert gone(int(told["text"]["OUT 7 n1"].split()[0]))

    def test_error_is_not_lost_on_who_reads_late(self, gateway):
        one = gateway(READY + shell("yes", infos={"grooming_delay": 0}))
        one.read(lambda told: told["text"])
        time.sleep(0.2)
        one.send("<foo/>\n")
        time.sleep(0.2)
        told = one.read()
        assert (told["errors"], told["closed"]) == (["Invalid starting tag foo"], True)

    @pytest.mark.lengthy
    def test_of_a_command_that_has_run_out_of_time(self, gateway):
        """The command is ended, and nothing that it has said is lost."""
        command = "echo $$; echo early; sleep 0.1; echo late; echo err >&2; exec sleep 60"
        infos = {"grooming_delay": 30}
        one = gateway(READY + shell(command, timeout=2, infos=infos, stderr=True))
        told = one.read(lambda told: told["timeouts"])
        pid, *lines = told["text"]["OUT 7 n1"].splitlines()
        assert lines == ["early", "late"]
        assert told["text"]["SER 7 n1"] == "err\n"
        assert (told["timeouts"], told["codes"]) == (["n1"], {})
        assert one.data.index(b'type="OUT"') < one.data.index(b'type="TIM"')
        assert gone(int(pid))
        assert one.process.poll() is None

    def test_of_one_worker_of_several(self, gateway):
        """Its commands are ended, those of another go on."""
        infos = {"grooming_delay": 0}
        command = "echo $$; exec sleep 60"
        one = gateway(READY + shell(command, "n[1-2]", srcid=7, infos=infos))
        one.send(shell("cat", "n3", srcid=8, msgid=3))
        told = one.read(lambda told: len(told["text"].get("OUT 7 n2", "")) > 1 < len(told["text"]))
        pids = [int(text) for key, text in told["text"].items() if key.startswith("OUT 7")]
        one.send(control("abort", target="n[1-2]") + write(b"a", 8) + eof(8))
        told = one.read(lambda told: told["codes"])
        assert (told["errors"], told["codes"]) == ([], {"8 n3": 0})
        assert told["text"]["OUT 8 n3"] == "a\n"
        assert all(map(gone, pids))
        # What is not there cannot be ended.
        one.send(control("abort") + control("abort", srcid=99))
        told = one.read(lambda told: len(told["acks"]) == 8)
        assert (told["errors"], told["closed"]) == ([], False)

    def test_arguments_mean_nothing_and_a_terminal_is_no_head_node(self):
        reader, writer = os.openpty()
        done = subprocess.run(
            [sys.executable, "-m", "ClusterShell.Gateway"],
            stdin=writer,
            capture_output=True,
            timeout=TIMEOUT,
            env={**os.environ, "CLUSTERSHELL_GW_LOG_DIR": "/nonexistent"},
        )
        os.close(reader)
        os.close(writer)
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def memory(pid):
    """Return the most memory that the process *pid* has needed, in MB."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmHWM:\s*(\d+)", file.read()).group(1)) / 1024


@pytest.mark.lengthy
class TestFlow:
    @pytest.mark.parametrize("delay", [0, 0.25])
    def test_slow_reader_slows_commands_down(self, gateway, delay):
        one = gateway(READY)
        one.read(lambda told: told["acks"])
        before = memory(one.process.pid)
        # Six megabytes, many times what may be on its way.
        one.send(shell("seq -f %%063.0f 100000; echo end", infos={"grooming_delay": delay}))
        time.sleep(1)
        assert memory(one.process.pid) - before < 16
        while b'type="RET"' not in one.data[-200:] and one.read_some():
            pass
        told = answer(bytes(one.data))
        lines = told["text"]["OUT 7 n1"].split()
        assert lines[-1] == "end"
        assert lines[:-1] == [f"{number:063d}" for number in range(1, 100001)]
        assert memory(one.process.pid) - before < 30

    def test_commands_may_time_out_meanwhile(self, gateway):
        one = gateway(READY + shell("yes", "n[1-2]", timeout=0.3))
        time.sleep(1)
        told = one.read(lambda told: told["timeouts"])
        assert (told["timeouts"], told["codes"]) == (["n1", "n2"], {})


class TestLog:
    def run(self, gateway, folder, **environment):
        one = gateway(
            READY.replace('gw0"', 'elsewhere"'), CLUSTERSHELL_GW_LOG_DIR=str(folder), **environment
        )
        one.send("<foo/>\n")
        told, err, code = one.read(), one.process.stderr.read(), one.process.wait(TIMEOUT)
        assert (told["errors"], err, code) == (["Invalid starting tag foo"], b"", 0)

    def logs(self, folder):
        (path,) = folder.iterdir()
        assert path.name.endswith(".gw.log")
        return path.read_text()

    def test_errors_by_default(self, gateway, tmp_path):
        self.run(gateway, tmp_path)
        (line,) = self.logs(tmp_path).splitlines()
        assert re.fullmatch(r"\S+ \S+ ClusterShell\S* ERROR Invalid starting tag foo .*", line)

    def test_everything(self, gateway, tmp_path):
        self.run(gateway, tmp_path, CLUSTERSHELL_GW_LOG_LEVEL="DEBUG", SECRET="hidden")
        text = self.logs(tmp_path)
        assert "using gateway node name elsewhere" in text
        assert "hidden" not in text
        self.run(gateway, tmp_path)
        assert self.logs(tmp_path).startswith(text)

    def test_unknown_level(self, gateway, tmp_path):
        self.run(gateway, tmp_path, CLUSTERSHELL_GW_LOG_LEVEL="foo")
        assert "ERROR" in self.logs(tmp_path)

    def test_no_directory(self, gateway, tmp_path):
        self.run(gateway, tmp_path / "none")

    def name(self, gateway, folder):
        self.run(gateway, folder)
        (path,) = folder.iterdir()
        path.unlink()
        return path

    def test_through_no_link(self, gateway, tmp_path):
        path = self.name(gateway, tmp_path)
        path.symlink_to(tmp_path / "target")
        self.run(gateway, tmp_path)
        assert not (tmp_path / "target").exists()
        path.unlink()
        (tmp_path / "target").write_text("text")
        os.link(tmp_path / "target", path)
        self.run(gateway, tmp_path)
        assert path.read_text() == "text"

    def test_into_no_pipe(self, gateway, tmp_path):
        path = self.name(gateway, tmp_path)
        os.mkfifo(path)
        self.run(gateway, tmp_path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.run(gateway, tmp_path)
        assert os.read(reader, 100) == b""
        os.close(reader)

    def test_full_disk(self, gateway, tmp_path):
        def no_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

        self.run(gateway, tmp_path, preexec_fn=no_files)
        assert self.logs(tmp_path) == ""

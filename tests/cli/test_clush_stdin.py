"""Standard input of clush: every node gets all of it, whenever it starts."""

import os
import resource
import subprocess
import sys
import types

import pytest

from ClusterShell._cli.clush.stdin import WINDOW, Feed, SameFile, Spool, make_feed, make_store
from ClusterShell.Worker.Exec import ExecWorker
from tests.recorded.clush import world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"
CLUSH = [sys.executable, "-c", START, "-R", "exec"]

# What a process has at most includes what it was forked from: a small one.
MEASURE = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
)


def feeder(size):
    """Start a process that writes `size` bytes to a pipe."""
    command = f"import sys\nfor _ in range({size} // 65536): sys.stdout.buffer.write(b'x' * 65536)"
    return subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE)


def run(tmp_path, stdin, *args):
    """Run clush with standard input `stdin`; return (its lines, sorted; KiB it took at most)."""
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, *CLUSH, *args],
        stdin=stdin,
        capture_output=True,
        text=True,
        cwd=world.make(tmp_path),
        env=world.environment(tmp_path),
        timeout=120,
    )
    assert (result.returncode, result.stderr) == (0, "")
    *lines, kibibytes = result.stdout.splitlines()
    return sorted(lines), int(kibibytes)


@pytest.mark.slow
class TestMuchInput:
    """128 MiB for nodes of which one runs at a time."""

    SIZE = 128 * 1024 * 1024

    def expected(self):
        return [f"n{number}: {self.SIZE}" for number in (1, 2, 3)]

    def test_pipe(self, tmp_path):
        with feeder(self.SIZE) as source:
            lines, kibibytes = run(tmp_path, source.stdout, "-f", "1", "-w", "n[1-3]", "wc -c")
            source.stdout.close()
        assert lines == self.expected()
        assert kibibytes < 60_000  # all of Python included

    def test_file(self, tmp_path):
        path = tmp_path / "big"
        with path.open("wb") as file:
            file.truncate(self.SIZE + 7)
        with path.open("rb") as file:
            os.lseek(file.fileno(), 7, os.SEEK_SET)  # clush is given what is left of it
            lines, kibibytes = run(tmp_path, file, "-f", "1", "-w", "n[1-3]", "wc -c")
        assert lines == self.expected()
        assert kibibytes < 60_000

    def test_the_measurement_sees_what_is_kept(self, tmp_path):
        """The fault is planted: all is kept in memory."""
        plant = (
            "import ClusterShell._cli.clush.stdin as s; s.WINDOW = 1 << 40; "
            "s.Flow.wait = lambda self: None; "
        )
        command = [*CLUSH]
        command[2] = plant + START
        with feeder(self.SIZE) as source:
            result = subprocess.run(
                [sys.executable, "-c", MEASURE, *command, "-f", "1", "-w", "n[1-2]", "wc -c"],
                stdin=source.stdout,
                capture_output=True,
                cwd=world.make(tmp_path),
                env=world.environment(tmp_path),
            )
            source.stdout.close()
        assert int(result.stdout.splitlines()[-1]) > 100_000


class TestLateNodes:
    """As in the released package, input is not only for those that run when it comes."""

    def test_each_gets_all(self, tmp_path):
        with subprocess.Popen(
            ["sh", "-c", "echo one; sleep 0.6; echo two"], stdout=subprocess.PIPE
        ) as source:
            lines, _ = run(tmp_path, source.stdout, "-f", "1", "-w", "n[1-3]", "cat")
        assert lines == [f"n{n}: {word}" for n in (1, 2, 3) for word in ("one", "two")]

    def test_who_ends_early_holds_up_nobody(self, tmp_path):
        with subprocess.Popen(
            ["sh", "-c", "echo one; sleep 0.6; echo two"], stdout=subprocess.PIPE
        ) as source:
            lines, _ = run(tmp_path, source.stdout, "-f", "1", "-w", "n[1-3]", "read x; echo $x")
        assert lines == ["n1: one", "n2: one", "n3: one"]

    def test_one_command_for_all(self, tmp_path):
        with feeder(3 * WINDOW) as source:
            lines, _ = run(tmp_path, source.stdout, "-b", "-N", "-w", "n[1-3]", "wc -c; # %hosts")
            source.stdout.close()
        assert lines == [str(3 * WINDOW)]


@pytest.mark.parametrize("size", [0, 10, WINDOW, WINDOW + 1, 3 * WINDOW])
def test_spool(size):
    spool = Spool()
    data = bytes(number % 251 for number in range(1000)) * (size // 1000 + 1)
    for start in range(0, size, 70_000):
        spool.append(data[start : min(start + 70_000, size)])
    assert spool.read(0, size + 1) == data[:size]
    assert spool.read(size // 2, 100) == data[size // 2 : min(size // 2 + 100, size)]
    assert spool.read(size, 1) == b""
    spool.close()


def test_spool_tells_of_a_full_disk(tmp_path):
    """Nothing is lost silently: nodes that could not be given all do not run, with a line."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    script = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, {limit[1]}));"
    )
    command = [sys.executable, "-c", script + START, "-R", "exec", "-f", "1", "-w", "n[1-2]"]
    with feeder(8 << 20) as source:
        result = subprocess.run(
            [*command, "wc -c"],
            stdin=source.stdout,
            capture_output=True,
            text=True,
            cwd=world.make(tmp_path),
            env=world.environment(tmp_path),
            timeout=60,
        )
        source.stdout.close()
    assert (result.returncode, result.stdout) == (1, f"n1: {8 << 20}\n")
    assert result.stderr == (
        "clush: n2: standard input cannot be kept: [Errno 27] File too large\n"
    )


class TestKeeper:
    def test_file_is_read_again(self, tmp_path):
        path = tmp_path / "input"
        path.write_bytes(b"0123456789")
        with path.open("rb") as file:
            os.lseek(file.fileno(), 3, os.SEEK_SET)
            kept = make_store(file)
            assert isinstance(kept, SameFile)
            assert os.read(file.fileno(), 4) == b"3456"
            assert kept.read(0, 4) == b"3456"
            assert kept.read(5, 10) == b"89"

    def test_anything_else_is_kept(self):
        reader, writer = os.pipe()
        with open(reader, "rb") as pipe:
            assert isinstance(make_store(pipe), Spool)
        os.close(writer)
        assert isinstance(make_store(object()), Spool)


class TestFeed:
    def test_clients_that_cannot_be_told_apart(self):
        """Several clients for all nodes, say: the worker writes to them itself."""
        worker = ExecWorker("n[1-3]", None, command="cat")
        for client in worker._engine_clients():
            client.key = worker.nodes
        assert make_feed(worker, None, print) is None

    def test_what_is_kept_is_let_go(self):
        worker = ExecWorker("n[1-2]", None, command="cat")
        spool = Spool()
        feed = Feed(worker, spool, print)
        feed.send(b"abc")
        feed.started("n1")
        assert spool.read(0, 9) == b"abc"
        feed.ended("n1")
        assert spool.read(0, 9) == b"abc"
        feed.started("n2")
        assert spool.read(0, 9) == b""

    def test_a_file_is_not_read_ahead_of_what_is_sent(self, tmp_path):
        """It has all of the input from the start: nothing of it may come twice."""

        class Client:
            def __init__(self, key):
                self.key, self.got = key, b""
                self.streams = {"stdin": types.SimpleNamespace(queue=self.take, to_write=bool)}

            def take(self, data):
                self.got += data

            def _write(self, sname, data):
                self.got += data

        clients = [Client("n1"), Client("n2")]
        worker = types.SimpleNamespace(SNAME_STDIN="stdin", _engine_clients=lambda: clients)
        path = tmp_path / "input"
        path.write_bytes(b"0123456789")
        with path.open("rb") as file:
            feed = Feed(worker, SameFile(file.fileno()), print)
            feed.started("n1")
            for part in (b"01", b"2345"):
                feed.send(part)
            feed.started("n2")
            feed.send(b"6789")
        assert [client.got for client in clients] == [b"0123456789"] * 2

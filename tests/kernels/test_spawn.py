"""Starting processes: what the child is given, in both lives, and what errors leave behind."""

import errno
import gc
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from ClusterShell import _accel
from ClusterShell._work.spawn import cannot_start_text
from tests.fixtures.leftovers import descriptors

SH = "/bin/sh"


@pytest.fixture
def spawner(kernel):
    return kernel("spawn").Spawner()


def run(spawner, argv, environment=None, number=3, fd_limit=0):
    """Run *argv* to its end, and again; return its exit code, its output and its errors.

    Nobody waits for what has been started before to become another program.
    """
    first = run_once(spawner, argv, environment, number, fd_limit)
    again = run_once(spawner, argv, environment, number, fd_limit)
    assert first == again or "/proc/self/status" in argv  # which has its process id
    return again


def run_once(spawner, argv, environment=None, number=3, fd_limit=0):
    pids, pipes = [], []
    environment = os.environ._data if environment is None else environment
    spawner.start(pids, pipes, argv, environment, number, fd_limit)
    assert (len(pids), len(pipes)) == (1, number)
    os.close(pipes[0])
    texts = []
    for fd in pipes[1:]:
        assert not os.get_blocking(fd)
        os.set_blocking(fd, True)
        with open(fd, "rb") as stream:
            texts.append(stream.read())
    return (os.waitstatus_to_exitcode(os.waitpid(pids[0], 0)[1]), *texts)


pytestmark = pytest.mark.usefixtures("nothing_is_left")


class TestChild:
    def test_its_streams(self, spawner):
        assert run(spawner, [SH, "-c", "echo out; echo err >&2; exit 3"]) == (3, b"out\n", b"err\n")
        joined = run(spawner, (SH, "-c", "echo err >&2; echo out"), number=2)
        assert joined == (0, b"err\nout\n")

    def test_its_environment_where_the_end_of_another_starts_one(self, spawner):
        """What was kept of the last environment is given up when the child has this one."""
        seen = []

        class Text(str):
            def __del__(self):
                seen.append(run(spawner, ["env"], {"C": "3", "D": "4"})[1])

        assert run(spawner, ["env"], {"A": Text("1"), "B": "2"})[1] == b"A=1\nB=2\n"
        assert run(spawner, ["env"], {"E": "5", "F": "6"})[1] == b"E=5\nF=6\n"
        gc.collect()
        assert seen == [b"C=3\nD=4\n"]

    def test_its_input(self, spawner):
        pids, pipes = [], []
        spawner.start(pids, pipes, ["cat"], os.environ._data, 2, 0)
        os.write(pipes[0], b"text")
        os.close(pipes[0])
        os.waitpid(pids[0], 0)
        assert os.read(pipes[1], 100) == b"text"
        os.close(pipes[1])

    def test_no_descriptor_but_these(self, spawner):
        passed_on = {fd for fd, _ in descriptors() if fd > 2 and os.get_inheritable(fd)}
        code, out, _ = run(spawner, [SH, "-c", "ls /proc/self/fd"])
        found = set(map(int, out.split())) - passed_on
        assert (code, len(found), found > {0, 1, 2}) == (0, 4, True)  # one is the folder, of ls

    def test_words(self, spawner):
        words = ["a b", b"\xff\xfe", "\udcff", "*", ""]
        code, out, _ = run(spawner, [SH, "-c", 'printf "<%s>" "$@"', "sh", *words])
        assert (code, out) == (0, b"<a b><\xff\xfe><\xff><*><>")

    def test_signals(self, spawner, monkeypatch):
        """Ignored ones stay so, handled ones do not, the mask is the parent's."""
        hup = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        usr = signal.signal(signal.SIGUSR1, lambda *_: None)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
        try:
            _, out, _ = run(spawner, ["cat", "/proc/self/status"])
        finally:
            signal.signal(signal.SIGHUP, hup)
            signal.signal(signal.SIGUSR1, usr)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        rows = (line.split(b":") for line in out.splitlines() if not line.startswith(b"SigQ"))
        found = {row[0].decode(): int(row[1], 16) for row in rows if row[0].startswith(b"Sig")}
        ignored = {sig for sig in range(1, 65) if found["SigIgn"] >> (sig - 1) & 1}
        # Python itself ignores SIGPIPE and SIGXFSZ.  The C library's posix_spawn has the child
        # ignore its own two signals, 32 and 33.
        own = set() if type(spawner).__module__.endswith("_compiled.spawn") else {32, 33}
        assert ignored - own == {signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ}
        assert not ignored & {32, 33} - own
        assert found["SigBlk"] == 1 << (signal.SIGUSR2 - 1)
        assert found["SigCgt"] == 0

    def test_environment(self, spawner):
        for value in (b"1", b"2", b"2", b"\xff=x"):
            environment = {b"A": value, b"PATH": b"/bin:/usr/bin"}
            code, out, _ = run(spawner, ["env"], environment)
            assert (code, sorted(out.splitlines())) == (0, [b"A=" + value, b"PATH=/bin:/usr/bin"])

    def test_environment_that_changes(self, spawner, monkeypatch):
        """The dictionary is the same, and one value of it, or its size, is another."""
        show = [SH, "-c", 'echo "$SPAWN_TEST"']
        monkeypatch.setenv("SPAWN_TEST", "one")
        assert run(spawner, show)[1] == b"one\n"
        monkeypatch.setenv("SPAWN_TEST", "two")
        assert run(spawner, show)[1] == b"two\n"
        monkeypatch.delenv("SPAWN_TEST")
        assert run(spawner, show)[1] == b"\n"


class TestProgram:
    def test_is_found_in_the_path(self, spawner, tmp_path, monkeypatch):
        """As by execvp: folders without it, and files that cannot be executed, are passed over."""
        denied, good = tmp_path / "denied", tmp_path / "good"
        for folder in (denied, good):
            folder.mkdir()
            (folder / "prog").write_text("#!/bin/sh\necho found\n")
        (good / "prog").chmod(0o755)
        monkeypatch.setenv("PATH", f"/nowhere:{denied}:{denied}/prog:{good}:/bin:/usr/bin")
        assert run(spawner, ["prog"]) == (0, b"found\n", b"")
        monkeypatch.chdir(good)
        monkeypatch.setenv("PATH", "")
        assert run(spawner, ["prog"])[1] == b"found\n"

    def test_without_a_path(self, spawner, monkeypatch):
        monkeypatch.delenv("PATH")
        assert run(spawner, ["true"]) == (0, b"", b"")

    @pytest.mark.parametrize(
        ("program", "number"),
        [
            ("no-such-program", errno.ENOENT),
            ("/no/such/program", errno.ENOENT),
            ("/etc/passwd", errno.EACCES),
            ("/etc/passwd/x", errno.ENOTDIR),
            ("/bin", errno.EACCES),
            ("x" * 5000, errno.ENAMETOOLONG),
        ],
    )
    def test_that_cannot_be_executed(self, spawner, program, number):
        pids, pipes = [], []
        with pytest.raises(OSError, match="^") as caught:
            spawner.start(pids, pipes, [program], os.environ._data, 3, 0)
        assert (caught.value.errno, caught.value.strerror) == (number, os.strerror(number))
        assert (pids, pipes) == ([], [])

    def test_that_is_denied_in_the_path(self, spawner, tmp_path, monkeypatch):
        (tmp_path / "prog").write_text("")
        monkeypatch.setenv("PATH", f"/nowhere:{tmp_path}:/nowhere")
        with pytest.raises(PermissionError):
            run(spawner, ["prog"])

    def test_without_a_format(self, spawner, tmp_path):
        (tmp_path / "prog").write_text("echo no interpreter\n")
        (tmp_path / "prog").chmod(0o755)
        with pytest.raises(OSError, match="Exec format error"):
            run(spawner, [str(tmp_path / "prog")])


@pytest.mark.parametrize(
    ("argv", "environment", "error"),
    [
        (["a\0b"], {}, ValueError("embedded null byte")),
        ([SH, b"a\0b"], {}, ValueError("embedded null byte")),
        ([""], {}, ValueError("posix_spawnp: argv first element cannot be empty")),
        ([3], {}, TypeError("posix_spawnp: path should be string, bytes or os.PathLike, not int")),
        ([SH, None], {}, TypeError("expected str, bytes or os.PathLike object, not NoneType")),
        ([SH], {b"A=B": b"C"}, ValueError("illegal environment variable name")),
        ([SH], {b"": b"C"}, ValueError("illegal environment variable name")),
        ([SH], {b"A": b"C\0"}, ValueError("embedded null byte")),
        ([], {}, IndexError("list index out of range")),
        ("sh", {}, TypeError("posix_spawnp: argv must be a tuple or list")),
    ],
)
def test_wrong_arguments(spawner, argv, environment, error):
    with pytest.raises(type(error)) as caught:
        spawner.start([], [], argv, environment, 2, 0)
    # Of a path, Python's own words have changed with 3.13.
    said = "posix_spawnp: embedded null character in path"
    assert str(caught.value).replace(said, "embedded null byte") == str(error)


class TestDescriptors:
    def test_limit(self, spawner):
        with pytest.raises(OSError, match="^") as caught:
            run(spawner, ["true"], fd_limit=4)
        assert caught.value.errno == errno.EMFILE

    def test_none_left(self, run_python):
        """Whatever number of them is left, either all are opened or none stays open."""
        code = """
        import os, resource
        from ClusterShell import _accel

        spawner = _accel.spawn.Spawner()
        for left in range(8):
            highest = max(map(int, os.listdir("/proc/self/fd")))
            resource.setrlimit(resource.RLIMIT_NOFILE, (highest + left, 999))
            pids, pipes = [], []
            try:
                spawner.start(pids, pipes, ["true"], os.environ._data, 3, 0)
                os.waitpid(pids[0], 0)
                print("started", end=" ")
            except OSError as error:
                print(error.errno, end=" ")
            resource.setrlimit(resource.RLIMIT_NOFILE, (999, 999))
            for fd in pipes:
                os.close(fd)
            assert max(map(int, os.listdir("/proc/self/fd"))) == highest
        """
        done = run_python("-c", textwrap.dedent(code), close_fds=True)
        assert done.stderr == ""
        # The listing takes one, and three pipes take six.
        assert done.stdout.split() == ["24"] * 6 + ["started"] * 2

    def test_standard_ones_closed(self, run_python):
        code = """
        import os
        from ClusterShell import _accel
        for fd in (0, 2):
            os.close(fd)
        pids, pipes = [], []
        argv = ["/bin/sh", "-c", "cat; echo err >&2"]
        _accel.spawn.Spawner().start(pids, pipes, argv, os.environ._data, 3, 0)
        assert min(pipes) > 2
        os.write(pipes[0], b"in ")
        os.close(pipes[0])
        os.waitpid(pids[0], 0)
        print(os.read(pipes[1], 9).decode() + os.read(pipes[2], 9).decode())
        """
        assert run_python("-c", textwrap.dedent(code)).stdout.split() == ["in", "err"]


class TestStartedBefore:
    """Nobody waits until it is another program."""

    def test_many_at_a_time(self, spawner):
        """Each has its own words and variables, more of them than can be on their way."""
        started = []
        for at in range(60):
            pids, pipes = [], []
            environment = {b"A": b"%d" % at, b"B": b"b" * 300 * at}
            argv = [SH, "-c", 'echo "$0 $A ${#B}"', f"word {at}", "x" * 999 * (at % 40)]
            spawner.start(pids, pipes, argv, environment, 2, 0)
            started.append((at, pids[0], *pipes))
        for at, pid, stdin, stdout in started:
            assert os.waitpid(pid, 0)[1] == 0
            assert os.read(stdout, 100).decode() == f"word {at} {at} {300 * at}\n"
            assert os.read(stdout, 100) == b""
            os.close(stdin)
            os.close(stdout)

    def test_that_is_gone(self, spawner, tmp_path):
        """An error, or its text in place of the output and the exit code 255."""
        program = tmp_path / ("p" * 200)
        for _ in range(5):
            program = program / ("f" * 200)
            program.parent.mkdir()
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        assert run_once(spawner, [str(program)]) == (0, b"", b"")
        program.unlink()
        try:
            code, out, err = run_once(spawner, [str(program)])
        except OSError as exc:
            assert exc.errno == errno.ENOENT
        else:
            text = cannot_start_text(str(program), FileNotFoundError(2, os.strerror(2)))
            assert (code, out, err) == (255, b"", text)

    def test_signals_to_a_child_on_its_way(self, spawner):
        """It has no handler of its parent, wherever it is by then."""
        handler = signal.signal(signal.SIGUSR1, lambda *_: None)
        try:
            for _ in range(30):
                pids, pipes = [], []
                spawner.start(pids, pipes, ["sleep", "60"], os.environ._data, 2, 0)
                os.kill(pids[0], signal.SIGUSR1)
                status = os.waitpid(pids[0], 0)[1]
                assert os.waitstatus_to_exitcode(status) == -signal.SIGUSR1
                for fd in pipes:
                    os.close(fd)
        finally:
            signal.signal(signal.SIGUSR1, handler)

    def test_in_a_fork(self, spawner):
        """One made while children are on their way can start as many as before."""
        for _ in range(2):
            started = []
            for _ in range(20):
                pids, pipes = [], []
                spawner.start(pids, pipes, ["true"], os.environ._data, 2, 0)
                started.append((*pids, *pipes))
            fork = os.fork()
            if fork == 0:
                try:
                    for _ in range(20):
                        assert run(spawner, [SH, "-c", "echo out"], number=2) == (0, b"out\n")
                    os._exit(0)
                finally:
                    os._exit(1)
            for pid in (fork, *(pid for pid, *_ in started)):
                assert os.waitpid(pid, 0)[1] == 0
            for _pid, *pipes in started:
                for fd in pipes:
                    os.close(fd)


def test_line_instead_of_a_process(spawner):
    ours = []
    spawner.pipes(ours, b"cannot\n", 3, 0)
    assert os.read(ours[2], 100) == b"cannot\n"
    assert os.read(ours[1], 100) == os.read(ours[2], 100) == b""
    for fd in ours:
        os.close(fd)


@pytest.mark.linux
@pytest.mark.skipif(not _accel.COMPILED, reason="the interpreted life is under test")
def test_no_system_call_too_many(tmp_path):
    """What starting a second process costs, to the call."""
    code = """
    import os, sys
    from ClusterShell import _accel
    spawner = _accel.spawn.Spawner()
    for _ in range(int(sys.argv[1])):
        pids, pipes = [], []
        spawner.start(pids, pipes, ["/bin/true"], os.environ._data, 2, 0)
    """
    counts = []
    for number in ("10", "110"):
        log = tmp_path / number
        command = ["strace", "-c", "-o", log, sys.executable, "-c", textwrap.dedent(code), number]
        subprocess.run(command, check=True)
        rows = [line.split() for line in log.read_text().splitlines() if "---" not in line]
        counts.append({row[-1]: int(row[3]) for row in rows[1:] if len(row) in (5, 6)})
    each = {name: (n - counts[0].get(name, 0)) / 100 for name, n in counts[1].items()}
    del each["total"]
    found = {name: round(n) for name, n in each.items() if n >= 0.5}
    child = {"clone3": 1} if "clone3" in each else {"vfork": 1, "rt_sigprocmask": 2}
    assert found == {"pipe2": 2, "ioctl": 2, "close": 2, **child}


@pytest.mark.linux
@pytest.mark.skipif(not _accel.COMPILED, reason="the interpreted life is under test")
def test_no_system_call_too_many_in_the_child(tmp_path):
    """All that a child does before it is another program."""
    code = """
    import os
    from ClusterShell import _accel
    pids, pipes = [], []
    _accel.spawn.Spawner().start(pids, pipes, ["/bin/true"], os.environ._data, 3, 0)
    os.waitpid(pids[0], 0)
    """
    log = tmp_path / "log"
    command = ["strace", "-ff", "-o", log, sys.executable, "-c", textwrap.dedent(code)]
    subprocess.run(command, check=True)
    calls = [path.read_text().splitlines() for path in tmp_path.iterdir()]
    child = min(calls, key=len)
    until = next(at for at, line in enumerate(child) if line.startswith("execve("))
    names = [line.partition("(")[0] for line in child[:until]]
    if os.uname().machine != "x86_64":  # where handlers are cleared one by one
        names = [name for name in names if name not in ("rt_sigaction", "rt_sigprocmask")]
    assert names == ["dup3"] * 3


@pytest.mark.linux
@pytest.mark.skipif(not _accel.COMPILED, reason="the interpreted life is under test")
@pytest.mark.parametrize(
    ("error", "when", "told"),
    [
        ("EAGAIN", "1..3", "0 b'out'"),
        ("ENOMEM", "1+", "255 b'/bin/echo: Cannot allocate memory'"),
        ("EIO", "1", "255 b'/bin/echo: Input/output error'"),
    ],
)
def test_child_that_nobody_waits_for(error, when, told):
    """It tries for a while what was short, and says what is wrong with it."""
    code = """
    import ctypes, os
    from ClusterShell import _accel
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))  # any process may trace this one
    spawner = _accel.spawn.Spawner()
    for _ in range(2):
        pids, pipes = [], []
        try:
            spawner.start(pids, pipes, ["/bin/echo", "out"], os.environ._data, 2, 0)
        except OSError as exc:
            print(exc.errno, flush=True)
        else:
            code = os.waitstatus_to_exitcode(os.waitpid(pids[0], 0)[1])
            print(code, os.read(pipes[1], 100).strip(), flush=True)
        input()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, **pipes) as program:
        assert program.stdout.readline() == "0 b'out'\n"
        inject = ["-o", os.devnull, "-e", f"inject=execve:error={error}:when={when}"]
        trace = ["strace", "-f", "-p", str(program.pid), *inject]
        with subprocess.Popen(trace, stderr=subprocess.PIPE, text=True) as tracer:
            assert "attached" in tracer.stderr.readline()
            print(file=program.stdin)
            if os.uname().machine != "x86_64":  # where every child is waited for
                told = str(getattr(errno, error))
            assert program.stdout.readline() == told + "\n"
            print(file=program.stdin)


@pytest.mark.linux
@pytest.mark.skipif(not _accel.COMPILED, reason="the interpreted life is under test")
@pytest.mark.parametrize("error", ["ENOSYS", "EINVAL", "EPERM", "EAGAIN"])
def test_without_a_way_to_clear_handlers(error):
    """An old kernel, or one that a filter hides, has them cleared one by one; a full one fails."""
    code = """
    import os, signal
    from ClusterShell import _accel
    signal.signal(signal.SIGUSR1, lambda *_: None)
    pids, pipes = [], []
    argv = ["/bin/sed", "-n", "s/SigCgt://p", "/proc/self/status"]
    for _ in range(2):
        try:
            _accel.spawn.Spawner().start(pids, pipes, argv, os.environ._data, 2, 0)
        except OSError as exc:
            print(exc.errno)
        else:
            status = os.waitpid(pids[-1], 0)[1]
            print(status, int(os.read(pipes[-1], 100), 16))
    """
    inject = ["strace", "-o", os.devnull, "-e", f"inject=clone3:error={error}"]
    command = [*inject, sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    clears = os.uname().machine == "x86_64" and error == "EAGAIN"
    assert done.stdout.splitlines() == [str(errno.EAGAIN) if clears else "0 0"] * 2

"""Commands with places for names, operands of remote programs, and how processes start."""

import os

import pytest

from ClusterShell._shell.template import UnsafeValueError
from ClusterShell._work import command, operands, spawn
from ClusterShell._work.process import Process


class TestCommand:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("uptime", "uptime"),
            ("ping %h", "ping n1"),
            ("ping '%{host}-ib' %hosts", "ping 'n1-ib' n1"),
            ("echo %n %rank %%h", "echo 3 3 %h"),
        ],
    )
    def test_keywords(self, text, expected):
        assert command.expand_command(text, "n1", 3) == expected

    def test_a_name_is_no_shell_text(self):
        assert command.expand_command("echo %h", "n;1", 0) != "echo n;1"
        with pytest.raises(UnsafeValueError):
            command.expand_command("%h", "-rf", 0)

    @pytest.mark.parametrize(
        ("text", "message"),
        [("%x", "'x' is not a valid pattern"), ("a\n%", "line 2, col 1")],
    )
    def test_other_keywords_are_refused(self, text, message):
        with pytest.raises(command.KeywordError, match=message):
            command.expand_command(text, "n1", 0)

    def test_a_path_stays_in_its_folder(self):
        assert command.expand_path("/tmp/%h.%n", "n1", None) == "/tmp/n1.0"
        for name in ("a/b", "..", "."):
            with pytest.raises(UnsafeValueError):
                command.expand_path("/tmp/%h", name, 0)


class TestOperands:
    @pytest.mark.parametrize("name", ["n1", "10.0.0.1", "fe80::1%eth0", "a_b-c.d", "n[1-2]"])
    def test_hosts(self, name):
        assert operands.check_host(name, "ssh") == name

    @pytest.mark.parametrize("name", ["-oX", "u@-oX", "a b", "a;b", "a/b", "..", "a\nb", "a`b`"])
    def test_what_is_no_host(self, name):
        with pytest.raises(UnsafeValueError, match="ssh host name"):
            operands.check_host(name, "ssh")

    def test_reserved_characters_are_those_of_the_program(self):
        assert operands.check_host("a:b", "ssh") == "a:b"
        with pytest.raises(UnsafeValueError):
            operands.check_host("a:b", "scp", reserved=":")

    def test_seconds_are_whole_and_never_none_by_accident(self):
        given = (-1, 0, 0.2, 1.9, 30, 1e12)
        assert [operands.seconds(value) for value in given] == [0, 0, 1, 1, 30, 0]

    def test_paths_are_no_options(self):
        assert operands.local_path("-x") == "./-x"
        assert operands.local_path("a/b:c") == "a/b:c"
        assert operands.own_operand("-x") == "./-x"
        assert operands.remote_path("n1", "/x", "root") == "root@n1:/x"
        assert operands.joined_remote("/a/b", "/d", "n1") == "/d/b.n1"

    def test_words_of_a_setting(self):
        info = {"ssh_options": "-o 'A B' -x", "bad": "'"}.get
        assert operands.words(info, "ssh_options") == ["-o", "A B", "-x"]
        assert operands.words(info, "ssh_path", "ssh") == ["ssh"]
        with pytest.raises(ValueError, match="^bad: "):
            operands.words(info, "bad")


class TestSpawn:
    @staticmethod
    def output(process, index=1):
        """Return what comes from a pipe of a process, and its exit code."""
        os.set_blocking(process.pipes[index], True)
        with os.fdopen(process.pipes[index], "rb") as stream:
            text = stream.read()
        for number, fd in enumerate(process.pipes):
            if number != index:
                os.close(fd)
        return text, process.wait()

    def start(self, *args):
        process = Process()
        spawn.start_process(process, *args)
        return process

    def test_a_shell_and_its_environment(self):
        process = self.start("echo $X; echo err >&2; exit 3", True, {"X": "y"}, False)
        assert self.output(process) == (b"y\nerr\n", 3)

    def test_errors_of_their_own(self):
        process = self.start(["sh", "-c", "echo out; echo err >&2"], False, None, True)
        assert self.output(process, 2) == (b"err\n", 0)

    def test_what_cannot_start_says_why(self):
        process = self.start(["/nowhere/x"], False, None, False)
        assert self.output(process) == (b"/nowhere/x: No such file or directory\n", 255)

    def test_what_is_not_to_start_says_so(self):
        process = Process()
        spawn.fail_process(process, "no", True)
        assert self.output(process, 2) == (b"no\n", 255)

    def test_descriptors_beyond_the_limit_are_none(self):
        before = os.listdir("/proc/self/fd")
        with pytest.raises(spawn.StarvedError):
            spawn.start_process(Process(), "true", True, None, False, fd_limit=4)
        assert len(os.listdir("/proc/self/fd")) == len(before)

    def test_long_texts_are_cut_in_the_middle(self):
        text = spawn.cannot_start_text("x" * 5000, OSError("why"))
        assert len(text) < 1100
        assert text.endswith(b"xxx: why\n")

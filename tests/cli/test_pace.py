"""``--batch``, ``--fail-fast`` and ``--success``."""

import re
import signal

import pytest

from ClusterShell._cli.amounts import Amount
from ClusterShell._cli.clush.pace import Pace
from ClusterShell.Engine.Engine import Engine
from tests.fixtures.commands import objects

#: Writes when a command starts and when it ends; they overlap where they may.
LOGGED = "echo start %h >> log; sleep 0.1; echo end %h >> log"


def log(commands):
    """Return what LOGGED has written, and forget it."""
    path = commands.folder / "log"
    lines = [tuple(line.split()) for line in path.read_text().splitlines()]
    path.unlink()
    return lines


class TestAmount:
    @pytest.mark.parametrize(
        ("text", "total", "expected"),
        [
            ("3", 10, 3),
            ("30%", 10, 3),
            ("1%", 10, 1),
            ("100%", 7, 7),
            ("25%", 10, 3),
            ("0.5%", 1000, 5),
        ],
    )
    def test_of(self, text, total, expected):
        assert Amount(text).of(total) == expected
        assert str(Amount(text)) == text

    @pytest.mark.parametrize(
        "text", ["", "0", "-1", "x", "1.5", "0%", "101%", "%", "1%%", "nan%", "²"]
    )
    def test_wrong(self, text):
        with pytest.raises(ValueError):
            Amount(text)


class TestBatches:
    def test_one_after_the_other(self, commands):
        code, out, err = commands.clush("-v", "--batch", "2", "-w", "n[1-5]", LOGGED)
        assert (code, out) == (0, "")
        assert err == (
            "clush: batch 1 of 3: n[1-2] (2)\n"
            "clush: batch 2 of 3: n[3-4] (2)\n"
            "clush: batch 3 of 3: n5 (1)\n"
        )
        nodes = [node for _, node in log(commands)]
        assert [set(nodes[:4]), set(nodes[4:8]), set(nodes[8:])] == [
            {"n1", "n2"}, {"n3", "n4"}, {"n5"},
        ]  # fmt: skip

    def test_percentage_pause_and_fanout(self, commands):
        args = ("--batch=50%", "--batch-pause", "0.3", "-f", "1", "-w", "n[1-4]", "--json")
        _, out, _ = commands.clush(*args, LOGGED)
        running = [what for what, _ in log(commands)]
        assert running == ["start", "end"] * 4
        *nodes, _ = objects(out)
        starts = {fields["node"]: fields["start"] for fields in nodes}
        assert starts["n3"] - starts["n2"] >= 0.3

    def test_gathered_as_one_run(self, commands):
        _, out, _ = commands.clush("--batch", "1", "-bw", "n[1-3]", "echo same")
        assert out == "-" * 15 + "\nn[1-3] (3)\n" + "-" * 15 + "\nsame\n"
        _, out, _ = commands.clush("--batch", "2", "-Lbw", "n[1-3]", "echo same")
        assert out == "n[1-3]: same\n"

    def test_standard_input(self, commands):
        data = b"x" * 300_000
        _, out, _ = commands.clush("--batch", "1", "-bw", "n[1-3]", "wc -c", stdin=data)
        assert out.endswith("n[1-3] (3)\n" + "-" * 15 + "\n300000\n")

    def test_timeouts_end_a_batch(self, commands):
        args = ("--batch", "1", "-u", "1", "-w", "n[1-2]")
        code, out, err = commands.clush(*args, "echo a; [ %h = n2 ] || sleep 60")
        assert (code, out) == (0, "n1: a\nn2: a\n")
        assert err == "clush: n1: command timeout\n"

    def test_copies(self, commands):
        nodes = [f"n{number}" for number in range(1, 6)]
        for name in ("a", "b"):
            (commands.folder / name).write_text(name)
        for node in nodes:  # a folder each: two commands that make one file are in each other's way
            (commands.folder / "in" / node).mkdir(parents=True)
        args = ("--batch", "2", "-w", "n[1-5]", "--copy", "a", "b", "--dest", "in/%h")
        assert commands.clush(*args) == (0, "", "")
        for node in nodes:
            copies = sorted((commands.folder / "in" / node).iterdir())
            assert [copy.read_text() for copy in copies] == ["a", "b"]

    @pytest.mark.parametrize("stdin", [b"", b"y" * 200_000], ids=["nothing", "much"])
    def test_through_gateways(self, commands, stdin):
        tree = commands.tree()
        command = f"cd {commands.folder}; {LOGGED}; wc -c".replace("%h", "$FAKE_HOST")
        args = (*tree, "-v", "--batch", "3", "-bw", "n[1-5],x1", command)
        code, out, err = commands.run("clush", *args, stdin=stdin)
        assert code == 0
        assert re.findall("batch . of 2: .*", err) == [
            "batch 1 of 2: n[1-3] (3)",
            "batch 2 of 2: n[4-5],x1 (3)",
        ]
        assert f"n[1-5],x1 (6)\n{'-' * 15}\n{len(stdin)}\n" in out
        nodes = [node for _, node in log(commands)]
        assert [set(nodes[:6]), set(nodes[6:])] == [{"n1", "n2", "n3"}, {"n4", "n5", "x1"}]

    def test_copies_through_gateways(self, commands):
        (commands.folder / "file").write_text("text")
        (commands.folder / "in").mkdir()
        args = (*commands.tree(), "--batch", "1", "-w", "n[1-3]")
        source = str(commands.folder / "file")
        assert commands.run("clush", *args, "--rcopy", source, "--dest", "in") == (0, "", "")
        assert sorted(p.name for p in (commands.folder / "in").iterdir()) == [
            "file.n1", "file.n2", "file.n3",
        ]  # fmt: skip

    @pytest.mark.sshd
    def test_over_ssh(self, commands, sshd):
        args = (*commands.over_ssh(sshd), "--batch", "1", "-v", "-w", "n[1-2]", "echo a")
        code, out, err = commands.run("clush", *args)
        assert (code, out) == (0, "n1: a\nn2: a\n")

    def test_interrupted(self, commands):
        words = ("--batch", "1", "-R", "exec", "-w", "n[1-3]", "echo started; sleep 60")
        process = commands.start("clush", *words)
        assert process.stdout.readline() == b"n1: started\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, b"")


class TestFailFast:
    def test_stops(self, commands):
        args = ("--record", "-f", "1", "-w", "n[1-6]", "echo a; [ %h != n2 ] && [ %h != n4 ]")
        code, out, err = commands.clush("--fail-fast=2", *args)
        assert (code, out) == (1, "".join(f"n{i}: a\n" for i in (1, 2, 3, 4)))
        assert err.splitlines()[-1] == "clush: n[5-6] (2): not started after 2 failures"
        assert commands.nodeset("-f", "@run:skipped")[1] == "n[5-6]\n"
        assert commands.nodeset("-f", "@run:failed")[1] == "n[2,4]\n"

    def test_what_runs_goes_on(self, commands):
        args = ("--fail-fast", "-f", "2", "-bw", "n[1-9]")
        code, out, err = commands.clush(*args, "[ %h = n1 ] && exit 1; sleep 0.3; echo done")
        assert (code, out) == (1, "-" * 15 + "\nn2\n" + "-" * 15 + "\ndone\n")
        assert "n[3-9] (7): not started after 1 failures" in err

    def test_timeouts_count(self, commands):
        args = ("--fail-fast", "-S", "-f", "1", "-u", "0.3", "-w", "n[1-2]")
        code, _, err = commands.clush(*args, "sleep 60")
        assert code == 255
        assert "n2 (1): not started after 1 failures" in err

    def test_percentage(self, commands):
        _, out, _ = commands.clush("--fail-fast=40%", "-f1", "-w", "n[1-5]", "--json", "false")
        assert objects(out)[-1]["skipped"] == "n[3-5]"

    def test_in_batches(self, commands):
        args = ("--batch", "2", "--fail-fast", "-w", "n[1-5]", "--json", "[ %h != n3 ]")
        code, out, err = commands.clush(*args)
        summary = objects(out)[-1]
        assert (code, err) == (1, "")
        assert summary["failed"] == "n3"
        assert summary["skipped"] in ("n5", "n[4-5]")

    def test_nobody_fails(self, commands):
        assert commands.clush("--fail-fast", "-w", "n[1-3]", "true") == (0, "", "")

    def test_the_last_one_fails(self, commands):
        code, _, err = commands.clush("--fail-fast", "-w", "n1", "false")
        assert (code, err) == (0, "clush: n1: exited with exit code 1\n")

    @pytest.mark.parametrize("batch", [[], ["--batch", "1"]])
    def test_through_gateways(self, commands, batch):
        """Gateways start what they are given: no more than the fanout."""
        args = (*commands.tree(), *batch, "-f", "2", "--fail-fast", "-w", "n[1-8]", "--json")
        code, out, _ = commands.run("clush", *args, "[ $FAKE_HOST != n1 ]")
        summary = objects(out)[-1]
        assert code == 1
        assert summary["skipped"] == ("n[2-8]" if batch else "n[3-8]")

    @pytest.mark.sshd
    def test_over_ssh(self, commands, sshd):
        args = (*commands.over_ssh(sshd), "--fail-fast", "-f", "1", "-w", "down1,n[1-2]", "--json")
        code, out, _ = commands.run("clush", *args, "true")
        summary = objects(out)[-1]
        assert (code, summary["unreachable"], summary["skipped"]) == (1, "down1", "n[1-2]")


class TestSuccess:
    @pytest.mark.parametrize(
        ("amount", "code"), [("80%", 1), ("61%", 1), ("60%", 0), ("3", 0), ("4", 1)]
    )
    def test_decides_the_exit_code(self, commands, amount, code):
        args = (
            "--success",
            amount,
            "-q",
            "-w",
            "n[1-5]",
            "[ %h = n1 ] || [ %h = n2 ] && exit 7 || :",
        )
        assert commands.clush("-S", *args)[0] == (7 if code else 0)
        assert commands.clush(*args)[0] == code

    def test_is_explained(self, commands):
        _, _, err = commands.clush("--success", "50%", "-w", "n[1-3]", "[ %h = n1 ]")
        assert err.splitlines()[-1] == "clush: 1 of 3 nodes ok, less than 50%"

    def test_with_fail_fast(self, commands):
        args = ("--success=1", "--fail-fast", "-f1", "-w", "n[1-3]", "[ %h = n1 ]")
        assert commands.clush(*args)[0] == 0


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--batch", "0"], "option --batch: invalid value: '0', should be a number of nodes"),
        (["--batch", "101%"], "option --batch: invalid value: '101%'"),
        (["--fail-fast=x"], "option --fail-fast: invalid value: 'x'"),
        (["--success=\x1b[31m"], "option --success: invalid value"),
        (["--batch-pause", "1"], "--batch-pause goes with --batch"),
        (["--batch", "1", "--batch-pause", "-1"], "--batch-pause: -1: not a time to wait"),
        (["--batch", "1", "--batch-pause", "nan"], "--batch-pause: nan: not a time to wait"),
        (["--batch", "1", "-R", "pdsh"], "need a process for each node"),
    ],
)
def test_mistakes(commands, args, text):
    code, out, err = commands.clush("-w", "n1", *args, "true")
    assert (code, out) == (2, "")
    assert text in err


def test_one_process_for_all_nodes(commands):
    code, out, err = commands.clush("--batch", "1", "-w", "n[1-2]", "echo %hosts")
    assert (code, out) == (1, "")
    assert err == "clush: batches and --fail-fast need a process for each node\n"


def test_no_search_through_those_that_wait(task, monkeypatch):
    """To set the fanout of a worker that has one looks at none of its clients."""
    worker = task.shell("true", nodes="n[1-50]")
    seen = []
    original = Engine._can_register
    monkeypatch.setattr(Engine, "_can_register", lambda *a: seen.append(1) or original(*a))
    Pace(worker, 64, 1, None, 0, lambda text: None)
    task.resume()
    assert len(seen) <= 4 * 50

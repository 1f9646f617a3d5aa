"""``--stats``, the estimate of the progress line, and ``--dry-run``."""

import json
import random
import shlex

import pytest

from ClusterShell._cli.clush import dryrun, stats
from ClusterShell._cli.clush.outcomes import Outcomes, lost_codes, signal_of
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.Ssh import WorkerSsh
from tests.fixtures.commands import objects


def outcomes_of(durations, nodes="n[1-100]"):
    """Return the outcomes of a run in which n1, n2, ... took so long."""
    outcomes = Outcomes(NodeSet(nodes))
    for index, duration in enumerate(durations, 1):
        node = f"n{index}"
        outcomes.started(node)
        outcomes.ended(node, 0)
        outcomes.starts[node] = 0.5
        outcomes.ends[node] = 0.5 + duration
    return outcomes


class TestOutcomes:
    def test_states(self):
        outcomes = Outcomes(NodeSet("n[1-6]"), lost_codes(WorkerSsh, False))
        for node, rc in (("n1", 0), ("n2", 1), ("n3", 255)):
            outcomes.started(node)
            outcomes.ended(node, rc)
        outcomes.started("n4")
        outcomes.timed_out("n4")
        outcomes.started("n5")
        states = {state: str(nodes) for state, nodes in outcomes.by_state().items()}
        assert states == {
            "ok": "n1", "failed": "n2", "timeout": "n4",
            "unreachable": "n3", "interrupted": "n5", "skipped": "n6",
        }  # fmt: skip
        assert outcomes.failures == 3

    @pytest.mark.parametrize("names", ["n[1-60]", "r[1-6]n[1-10]", "n[1-30],m[08-12],x,y"])
    def test_groups(self, names):
        """Every node is in one, whichever of them is the largest."""
        nodes = NodeSet(names)
        for seed in range(20):
            chooser = random.Random(seed)
            outcomes = Outcomes(nodes, {255})
            weights = [chooser.random() ** 3 for _ in range(6)]
            for node in nodes:
                what = chooser.choices((0, 1, 7, 255, "late", "never"), weights)[0]
                if what == "late":
                    outcomes.timed_out(node)
                elif what != "never":
                    outcomes.ended(node, what)
            expected = {}
            for node in nodes:
                result = outcomes.state(node), outcomes.codes.get(node)
                expected.setdefault(result, NodeSet()).add(node)
            assert outcomes.by_result() == expected
            states = outcomes.by_state()
            assert sum(map(len, states.values())) == len(nodes)
            for (state, _), group in expected.items():
                assert group.issubset(states[state])

    def test_the_worst_of_several_counts(self):
        outcomes = Outcomes(NodeSet("n1"))
        for rc in (0, 3, 0, 1):
            outcomes.ended("n1", rc)
        assert (outcomes.codes["n1"], outcomes.failures) == (3, 1)

    def test_part_of_the_copies_is_none(self):
        """A node is ok when all of them have ended so; what failed, or was late, stays that."""
        outcomes = Outcomes(NodeSet("n[1-5]"), (), 2)
        for node in ("n1", "n1", "n2", "n3", "n3"):
            outcomes.started(node)
            outcomes.ended(node, int(node == "n3"))
        outcomes.ended("n4", 0)
        outcomes.timed_out("n4")
        states = {state: str(nodes) for state, nodes in outcomes.by_state().items() if nodes}
        assert states == {
            "ok": "n1", "interrupted": "n2", "failed": "n3", "timeout": "n4", "skipped": "n5",
        }  # fmt: skip

    def test_lost_codes(self):
        assert lost_codes(WorkerSsh, False) == {255}
        assert lost_codes(WorkerSsh, True) == {255, 76}
        assert lost_codes(object, False) == set()

    def test_signals(self):
        codes = (None, 0, 1, 128, 129, 137, 192, 193, 255)
        assert [signal_of(rc) for rc in codes] == [None] * 4 + [1, 9, 64, None, None]


class TestStats:
    def test_durations(self):
        found = stats.durations(outcomes_of(range(1, 101)))
        rounded = {key: round(value) for key, value in found.items()}
        assert rounded == {"min": 1, "median": 50, "p95": 95, "max": 100}
        assert stats.durations(outcomes_of([])) is None
        assert len(set(stats.durations(outcomes_of([3])).values())) == 1

    def test_slowest(self):
        found = stats.slowest(outcomes_of([3, 9, 1, 7, 5, 8]))
        assert [node for node, _ in found] == ["n2", "n6", "n4", "n5", "n1"]

    @pytest.mark.parametrize(
        ("value", "text"),
        [(0, "0.000 s"), (9.99, "9.990 s"), (12.34, "12.3 s"), (61, "1:01"), (3700, "1:01:40")],
    )
    def test_texts(self, value, text):
        assert stats.seconds(value) == text

    def test_estimate(self, monkeypatch):
        outcomes = outcomes_of([1, 1], "n[1-4]")
        monkeypatch.setattr(outcomes, "now", lambda: 30.0)
        assert stats.estimate(outcomes) == " left: about 30.0 s"
        assert stats.estimate(outcomes_of([], "n[1-4]")) == ""
        assert stats.estimate(outcomes_of([1], "n1")) == ""

    @pytest.mark.lengthy
    def test_shown(self, commands):
        args = ("--stats", "-u", "1", "-bw", "n[1-4]")
        code, out, err = commands.clush(*args, "case %h in n2) exit 3;; n3) sleep 60;; esac")
        assert (code, out) == (0, "")
        *told, counts, durations, slowest = err.splitlines()
        assert told == ["clush: n2: exited with exit code 3", "clush: n3: command timeout"]
        assert counts.startswith("clush: 4 nodes in ")
        assert counts.endswith(" s: 2 ok, 1 failed, 1 timeout")
        assert durations.startswith("clush: a node took 0.")
        assert slowest.startswith("clush: slowest: n3 (")

    def test_json(self, commands):
        _, out, err = commands.clush("--stats", "--json", "-w", "n[1-3]", "true")
        summary = objects(out)[-1]
        assert list(summary["durations"]) == ["min", "median", "p95", "max"]
        assert {entry["node"] for entry in summary["slowest"]} == {"n1", "n2", "n3"}
        assert err == ""

    @pytest.mark.lengthy
    def test_progress(self, commands):
        args = ("--stats", "-P", "-f", "1", "-w", "n[1-4]", "sleep 0.9")
        assert "left: about " in commands.clush(*args)[2]

    def test_through_gateways(self, commands):
        args = (*commands.tree(), "--stats", "-w", "n[1-3]", "[ $FAKE_HOST = n1 ]")
        _, _, err = commands.run("clush", *args)
        assert ": 1 ok, 2 failed\n" in err


class TestDryRun:
    def test_nothing_is_done(self, commands):
        args = ("--dry-run", "-f", "3", "-w", "n[1-3]", "touch %h")
        assert commands.clush("-u", "5", *args) == (
            0,
            "nodes: n[1-3] (3)\n"
            "command: touch %h\n"
            "worker: exec, fanout 3\n"
            "timeouts: connect 10 s, command 5 s\n"
            "for n1: sh -c 'touch n1'\n",
            "",
        )
        assert not (commands.folder / "n1").exists()

    def test_worker_of_the_defaults(self, commands):
        text = "[task.default]\ndistant_workername: exec\n"
        (commands.config / "defaults.conf").write_text(text)
        out = commands.run("clush", "--dry-run", "-w", "n1", "echo %h")[1]
        assert "worker: exec, fanout 64\n" in out
        assert out.endswith("for n1: sh -c 'echo n1'\n")

    def test_the_ssh_command_is_the_one_that_is_run(self, commands):
        ssh = commands.folder / "ssh"
        ssh.write_text('#!/bin/sh\nprintf "%s\\0" "$0" "$@"\n')
        ssh.chmod(0o755)
        args = ("-O", f"ssh_path={ssh}", "-l", "root", "-o", "-p 22", "-w", "n1", "echo 'a b' $x")
        _, out, _ = commands.run("clush", "--dry-run", *args)
        shown = shlex.split(out.splitlines()[-1].removeprefix("for n1: "))
        _, out, _ = commands.run("clush", "-N", *args)
        assert out.rstrip("\n").split("\0")[:-1] == shown

    def test_batches(self, commands):
        _, out, _ = commands.clush("--dry-run", "--batch", "2", "-w", "n[1-3]", "true")
        assert "batch 1: n[1-2]\nbatch 2: n3\n" in out

    def test_mode(self, commands):
        (commands.config / "clush.conf").write_text("[mode:sudo]\ncommand_prefix: sudo -n\n")
        _, out, _ = commands.clush("--dry-run", "-m", "sudo", "-w", "n1", "id")
        assert "command: sudo -n id\n" in out

    def test_copies(self, commands):
        (commands.folder / "a b").touch()
        args = ("--dry-run", "-w", "n[1-2]", "--copy", "a b", "--dest", "/tmp/")
        _, out, _ = commands.run("clush", *args)
        assert "copy: a b to /tmp/\n" in out
        assert "for n1: scp -oConnectTimeout=10 'a b' '[n1]:/tmp/'\n" in out

    def test_gateways(self, commands):
        args = (*commands.tree(), "--dry-run", "-w", "n[1-2],x1", "true")
        _, out, _ = commands.run("clush", *args)
        assert "through gw1: n1\nthrough gw2: n2\ndirectly: x1\n" in out
        args = (*commands.tree(), "--dry-run", "-w", "n[1-2]", "true")
        _, out, _ = commands.run("clush", *args)
        assert out.splitlines()[-1].startswith(f"for gw1: {commands.folder}/ssh ")
        assert "ClusterShell.Gateway" in out.splitlines()[-1]

    def test_json(self, commands):
        _, out, _ = commands.clush("--dry-run", "--json", "-w", "n[1-2]", "echo %n")
        plan = json.loads(out)
        assert plan["type"] == "plan"
        assert plan["examples"] == [{"node": "n1", "argv": ["sh", "-c", "echo 0"]}]
        assert dryrun._lines(plan)[0] == "nodes: n[1-2] (2)"

    def test_hostile_names(self, commands):
        code, out, err = commands.run("clush", "--dry-run", "-w", "a;b", "true")
        assert "Traceback" not in err
        assert err.count("\n") <= 1

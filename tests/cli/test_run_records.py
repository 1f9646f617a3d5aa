"""Records of runs, the group source ``run`` and ``--retry-failed``."""

import json
import os
import re
import signal
import stat
import subprocess
import time

import pytest

from ClusterShell._records import source, store
from ClusterShell.NodeSet import NodeSet, NodeSetParseError, grouplist
from ClusterShell.NodeUtils import GroupSourceQueryFailed

MIXED = "case %h in n2) exit 3;; n3) exit 255;; n4) sleep 60;; esac"


def record(commands):
    """Return the last record."""
    return json.loads((commands.records / sorted(os.listdir(commands.records))[-1]).read_text())


def groups(commands, *names):
    """Return the nodes of groups of the source ``run``."""
    results = []
    for name in names:
        code, out, err = commands.nodeset("-f", f"@run:{name}")
        assert (code, err) == (0, "")
        results.append(out.rstrip("\n"))
    return results


class TestRecords:
    def test_none_unless_asked_for(self, commands):
        commands.clush("-w", "n1", "true")
        commands.clush("-O", "record=yes", "-O", "record=no", "-w", "n1", "true")
        commands.clush("--record=no", "-O", "record=no", "-w", "n1", "true")
        assert not commands.state.exists()

    @pytest.mark.lengthy
    @pytest.mark.parametrize("args", [["--record"], ["-O", "record=yes"], ["--record=output"]])
    def test_fields(self, commands, args):
        commands.clush(*args, "-u", "1", "-w", "n[1-4]", "echo secret; " + MIXED)
        kept = record(commands)
        assert kept["command"] == "echo secret; " + MIXED
        assert (kept["worker"], kept["copy"], kept["nodes"]) == ("exec", None, "n[1-4]")
        results = {result["nodes"]: result for result in kept["results"]}
        assert results["n4"] == {
            "nodes": "n4",
            "state": "timeout",
            "rc": None,
            "signal": None,
            "timed_out": True,
            "unreachable": False,
        }
        assert (results["n2"]["rc"], results["n1"]["state"]) == (3, "ok")
        assert 1e9 < kept["start"] < time.time()
        assert len(kept["start_ms"]) == len(kept["duration_ms"]) == 4
        assert kept["duration_ms"][3] >= 900
        output = [{"nodes": "n[1-4]", "stdout": "secret\n"}]
        assert kept.get("output") == (output if "--record=output" in args else None)

    def test_configured(self, commands):
        (commands.config / "clush.conf").write_text("[Main]\nrecord: yes\n")
        commands.clush("-w", "n1", "true")
        commands.clush("--record=no", "-w", "n9", "true")
        assert groups(commands, "all") == ["n1"]

    @pytest.mark.parametrize("value", ["maybe", ""])
    def test_bad_value(self, commands, value):
        code, out, err = commands.clush("-O", f"record={value}x", "-w", "n1", "true")
        assert (code, out) == (1, "")
        assert "record): choose from no, yes, output" in err
        assert not commands.state.exists()

    def test_output_is_the_same(self, commands):
        args = ("-bw", "n[1-3]", "echo a; exit 2")
        assert commands.clush(*args) == commands.clush("--record", *args)

    def test_the_last_twenty_are_kept(self, commands, monkeypatch):
        monkeypatch.setenv("XDG_STATE_HOME", str(commands.state))
        for number in range(25):
            store.keep({"results": [], "number": number})
        assert [store.load(-index)["number"] for index in (1, 2, 20)] == [24, 23, 5]
        with pytest.raises(store.RecordError, match="no record of run -21: there are 20"):
            store.load(-21)
        assert len(os.listdir(commands.records)) == 20

    def test_many_at_once_lose_nothing(self, commands):
        argv = [
            commands.argv("clush", "--record", "-Rexec", "-w", f"n{i}", "true") for i in range(8)
        ]
        running = [
            subprocess.Popen(words, env=commands.env, stdin=subprocess.DEVNULL) for words in argv
        ]
        assert [process.wait(60) for process in running] == [0] * 8
        kept = [json.loads(path.read_text())["nodes"] for path in commands.records.iterdir()]
        assert sorted(kept) == [f"n{i}" for i in range(8)]

    def test_threads_at_once(self, commands, monkeypatch):
        """One that forgets old records does not disturb one that reads or keeps."""
        from concurrent.futures import ThreadPoolExecutor

        monkeypatch.setenv("XDG_STATE_HOME", str(commands.state))
        store.keep({"results": []})
        with ThreadPoolExecutor(8) as pool:
            kept = [pool.submit(store.keep, {"results": [], "n": n}) for n in range(100)]
            read = [pool.submit(store.load, -1 - n % 3) for n in range(100)]
        assert not [future.exception() for future in kept if future.exception()]
        errors = {str(future.exception()) for future in read if future.exception()}
        assert all(text.startswith("no record of run -") for text in errors)
        assert len(os.listdir(commands.records)) <= store.LIMIT + 8


class TestPrivacy:
    def test_modes(self, commands):
        commands.clush("--record", "-w", "n1", "true")
        for path in (commands.records, commands.records.parent):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        (file,) = commands.records.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("shared", ["mode", "link", "link above", "file"])
    def test_a_directory_that_is_not_private_is_not_used(self, commands, shared):
        elsewhere = commands.folder / "elsewhere"
        (elsewhere / "runs").mkdir(parents=True, mode=0o700)
        commands.records.parent.parent.mkdir()
        if shared == "mode":
            commands.records.mkdir(parents=True)
            commands.records.chmod(0o750)
        elif shared == "link":
            commands.records.parent.mkdir()
            commands.records.symlink_to(elsewhere / "runs")
        elif shared == "link above":
            commands.records.parent.symlink_to(elsewhere)
        else:
            commands.records.parent.mkdir()
            commands.records.write_text("")
        code, out, err = commands.clush("--record", "-w", "n1", "echo a")
        assert (code, out) == (0, "n1: a\n")
        assert err.startswith("clush: this run is not recorded: ")
        assert err.count("\n") == 1
        assert not list((elsewhere / "runs").iterdir())
        assert commands.nodeset("-f", "@run:all")[0] == 1

    def test_a_home_that_cannot_be_written(self, commands):
        env = {"XDG_STATE_HOME": "/proc/1/nothing"}
        code, out, err = commands.clush("--record", "-S", "-w", "n1", "exit 4", env=env)
        assert code == 4
        assert "clush: this run is not recorded: " in err

    def test_below_home_by_default(self, commands):
        for value in ("", "relative"):
            commands.clush("--record", "-w", "n1", "true", env={"XDG_STATE_HOME": value})
        assert len(list((commands.folder / ".local/state/clustershell/runs").iterdir())) == 2
        assert not (commands.folder / "relative").exists()

    @pytest.mark.parametrize(
        "content",
        ["", "[]", "{}", "\udcff", '{"version": 2, "results": []}', "[" * 100_000,
         '{"version": 1, "results": 7}', '{"version": 1, "results": [7]}',
         '{"version": 1, "results": [{"nodes": 3, "state": "failed", "rc": 1}]}'],
    )  # fmt: skip
    def test_hostile_records(self, commands, content, monkeypatch):
        commands.records.mkdir(parents=True, mode=0o700)
        path = commands.records / "1-1.json"
        path.write_text(content, errors="surrogateescape")
        monkeypatch.setenv("XDG_STATE_HOME", str(commands.state))
        with pytest.raises(store.RecordError, match="1-1.json is no record of a run that"):
            store.load()
        with pytest.raises(NodeSetParseError, match="is no record of a run"):
            NodeSet("@run:failed")
        with pytest.raises(GroupSourceQueryFailed):
            grouplist("run")

    def test_a_hostile_record_on_the_command_line(self, commands):
        commands.records.mkdir(parents=True, mode=0o700)
        (commands.records / "1-1.json").write_text("[]")
        for args in (["nodeset", "-f", "@run:failed"], ["clush", "--retry-failed", "true"]):
            code, out, err = commands.run(*args)
            assert code in (1, 2)
            assert "is no record of a run that this version can read" in err
            assert (out, err.count("Traceback")) == ("", 0)

    def test_links_and_pipes_in_it(self, commands, monkeypatch):
        commands.records.mkdir(parents=True, mode=0o700)
        os.mkfifo(commands.records / "2-1.json")
        monkeypatch.setenv("XDG_STATE_HOME", str(commands.state))
        with pytest.raises(store.RecordError, match="2-1.json is no file"):
            store.load()
        (commands.records / "3-1.json").symlink_to(commands.folder / "x")
        with pytest.raises(store.RecordError, match="symbolic links"):
            store.load()


class TestSource:
    def test_groups(self, commands):
        commands.clush("--record", "-u", "1", "-w", "n[1-4]", MIXED)
        names = ("ok", "failed", "timeout", "rc=3", "rc=255", "unreachable", "all", "-1:failed")
        expected = ["n1", "n[2-4]", "n4", "n2", "n3", "", "n[1-4]", "n[2-4]"]
        assert groups(commands, *names) == expected
        assert commands.nodeset("-f", "@run:failed", "-i", "n[1-3]")[1] == "n[2-3]\n"
        assert commands.nodeset("-f", "@run:failed!@run:timeout")[1] == "n[2-3]\n"

    def test_earlier_runs(self, commands):
        for number in (1, 2, 3):
            commands.clush("--record", "-w", f"n{number}", "false")
        assert groups(commands, "failed", "-2:failed", "-3:all") == ["n3", "n2", "n1"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("nope", 'no group "nope" of a run, they are ok, failed, '),
            ("rc=x", 'no group "rc=x"'),
            ("-0x2:ok", 'no group "-0x2:ok"'),
            ("-2:ok", "no record of run -2: there are 1"),
            ("-0:ok", "no record of run 0: there are 1"),
        ],
    )
    def test_errors(self, commands, name, text, monkeypatch):
        monkeypatch.setenv("XDG_STATE_HOME", str(commands.state))
        store.keep({"results": [{"nodes": "n1", "state": "ok", "rc": 0}]})
        with pytest.raises(NodeSetParseError, match=re.escape(text)):
            NodeSet(f"@run:{name}")

    def test_groups_of_a_node_are_not_told(self):
        with pytest.raises(GroupSourceQueryFailed, match="groups of n1 are not known"):
            source.built_in("run", GroupSourceQueryFailed).resolv_reverse("n1")

    def test_nothing_recorded(self, commands):
        code, out, err = commands.nodeset("-f", "@run:failed")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "no run has been recorded (see record in clush.conf(5))" in err

    def test_a_source_of_the_configuration_wins(self, commands):
        commands.clush("--record", "-w", "n1", "false")
        (commands.config / "groups.conf").write_text("[run]\nmap: echo mine\n")
        assert groups(commands, "failed") == ["mine"]
        assert commands.clush("-L", "--retry-failed", "echo %h")[1] == "n1: n1\n"

    def test_nothing_is_listed_unasked(self, commands):
        commands.clush("--record", "-w", "n1", "true")
        assert commands.nodeset("--list-sources") == (0, "", "")
        assert "@run:ok n1\n" in commands.nodeset("-ll", "-s", "run")[1]

    def test_names_are_no_expressions(self, commands):
        commands.clush("--record", "-w", "a%b,c:d", "false")
        assert groups(commands, "failed") == ["a%b,c:d"]


class TestRetry:
    def test_the_same_command(self, commands):
        commands.clush("--record", "-w", "n[1-3]", "echo ran; [ %h != n2 ]")
        code, out, err = commands.clush("--retry-failed")
        assert (code, out) == (0, "n2: ran\n")
        assert "n2: exited with exit code 1" in err

    def test_another_command(self, commands):
        commands.clush("--record", "-w", "n[1-3]", "[ %h = n2 ]")
        args = ("--retry-failed", "--record", "-b", "echo now")
        assert commands.clush(*args)[1] == "-" * 15 + "\nn[1,3] (2)\n" + "-" * 15 + "\nnow\n"
        code, out, err = commands.clush("--retry-failed")
        assert (code, out) == (2, "")
        assert "no node has failed in the last run" in err

    def test_with_other_nodes(self, commands):
        commands.clush("--record", "-w", "n[1-3]", "false")
        out = commands.clush("-L", "--retry-failed", "-w", "x1", "-x", "n[2-3]", "echo a")[1]
        assert out == "n1: a\nx1: a\n"

    def test_copies(self, commands):
        (commands.folder / "file").write_text("text")
        commands.clush("--record", "-w", "n[1-2]", "--copy", "file", "--dest", "in/%h")
        (commands.folder / "in").mkdir()
        assert commands.clush("--retry-failed")[0] == 0
        assert (commands.folder / "in" / "n2").read_text() == "text"

    def test_copies_from_elsewhere(self, commands):
        """Files of here are those that were meant, and keep their times as they were to."""
        (commands.folder / "file").write_text("text")
        os.utime(commands.folder / "file", (10**9, 10**9))
        args = ("-p", "--copy", "file", "--dest", f"{commands.folder}/in/%h")
        commands.clush("--record", "-w", "n1", *args)
        source = str(commands.folder / "none")
        commands.clush("--record", "-w", "n2", "--rcopy", source, "--dest", "state")
        (commands.folder / "in").mkdir()
        (commands.folder / "in" / "file").write_text("another")
        (commands.folder / "none").write_text("there now")
        commands.folder /= "in"
        assert commands.clush("--retry-failed", "--record=no")[0] == 0
        assert (commands.state / "none.n2").read_text() == "there now"
        newest = max(os.listdir(commands.records))
        os.unlink(commands.records / newest)
        assert commands.clush("--retry-failed")[0] == 0
        copy = commands.folder / "n1"
        assert (copy.read_text(), copy.stat().st_mtime) == ("text", 10**9)

    def test_nothing_recorded(self, commands):
        code, _, err = commands.clush("--retry-failed")
        assert code == 2
        assert "--retry-failed: no run has been recorded" in err

    @pytest.mark.sshd
    def test_over_ssh(self, commands, sshd):
        args = (*commands.over_ssh(sshd), "--record")
        commands.run("clush", *args, "-w", "n[1-2],down1", "test -e $HOME/flag")
        assert groups(commands, "unreachable", "rc=1") == ["down1", "n[1-2]"]
        (sshd.home / "flag").touch()
        code, _, err = commands.run("clush", *args, "-S", "--retry-failed", "-x", "down1")
        (sshd.home / "flag").unlink()
        assert (code, err) == (0, "")
        assert groups(commands, "ok") == ["n[1-2]"]

    def test_through_gateways(self, commands):
        args = (*commands.tree(), "--record")
        commands.run("clush", *args, "-w", "n[1-4]", "[ $FAKE_HOST = n3 ]")
        assert groups(commands, "failed", "ok") == ["n[1-2,4]", "n3"]
        out = commands.run("clush", *args, "-L", "--retry-failed", "echo $FAKE_HOST")[1]
        assert out == "n1: n1\nn2: n2\nn4: n4\n"

    def test_a_run_that_is_interrupted(self, commands):
        words = ("--record", "-R", "exec", "-f", "2", "-w", "n[1-4]")
        command = "[ %h = n1 ] || { echo started; sleep 60; }"
        process = commands.start("clush", *words, command, stderr=subprocess.DEVNULL)
        assert process.stdout.readline().endswith(b": started\n")
        assert process.stdout.readline().endswith(b": started\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        process.stdout.close()
        assert groups(commands, "ok", "interrupted", "skipped") == ["n1", "n[2-3]", "n4"]
        assert groups(commands, "failed") == ["n[2-3]"]

"""What groups.conf says, and the commands it names."""

import os

import pytest

from ClusterShell._groups import conf, upcalls
from ClusterShell._shell.template import UnsafeValueError
from tests.fixtures.waiting import runs, wait_until


def parsed(text):
    config = conf.new_parser()
    config.read_string(text)
    return config


class TestSettings:
    def test_files_of_the_first_setting_that_is_there(self, tmp_path):
        for folder, name in (("a", "1.conf"), ("a", ".2.conf"), ("b", "3.conf"), ("a", "4.yaml")):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / name).write_text("")
        config = parsed("[Main]\nconfdir: $CFGDIR/b\ngroupsdir: $CFGDIR/a\n")
        found = list(conf.files(config, ".conf", str(tmp_path)))
        assert found == [(f"{tmp_path}/a", f"{tmp_path}/a/1.conf")]
        assert list(conf.files(config, ".yaml", str(tmp_path))) == []

    def test_a_percent_sign_is_the_commands_own(self):
        settings = conf.upcall_settings(parsed("[s]\nmap: date +%s $GROUP\n"), "s")
        assert settings["map_upcall"] == "date +%s $GROUP"
        assert settings["list_upcall"] is None
        assert "cache_time" not in settings

    def test_numbers_and_truth(self):
        text = "[s]\nmapall: x\ncache_time: 1.5\ntimeout: 0\nunsafe_names: yes\n"
        settings = conf.upcall_settings(parsed(text), "s")
        assert (settings["cache_time"], settings["timeout"]) == (1.5, None)
        assert settings["unsafe_names"] is True

    @pytest.mark.parametrize("text", ["list: x", "map: x\ncache_time: long", "map: x\ntimeout: no"])
    def test_what_is_wrong_is_said(self, text):
        with pytest.raises(ValueError, match="map|could not convert"):
            conf.upcall_settings(parsed(f"[s]\n{text}\n"), "s")


class TestCommands:
    def test_variables_and_other_words(self):
        text = upcalls.UpcallText(
            "$CFGDIR/x $GROUP ${GROUP}s $GROUPS $$ $HOME", {"CFGDIR": "/c d", "GROUP": ""}
        )
        command = text.command({"CFGDIR": "/c d", "GROUP": "g1"})
        assert command == "/c d/x g1 g1s $GROUPS $ $HOME"
        with pytest.raises(UnsafeValueError):
            text.command({"CFGDIR": "", "GROUP": "-x"})

    def test_output_without_white_space_around_it(self, tmp_path):
        assert upcalls.run("pwd; echo", str(tmp_path), None) == os.path.realpath(tmp_path)

    @pytest.mark.parametrize(
        ("command", "text"),
        [
            ("echo out; exit 3", "echo out; exit 3"),
            ("printf '\\377'", "prints what is not text"),
            ("sleep 20", "no answer within 0.2 s"),
        ],
    )
    def test_failures(self, command, text):
        with pytest.raises(upcalls.UpcallFailed) as caught:
            upcalls.run(command, None, 0.2 if "sleep" in command else None)
        assert text in str(caught.value)
        assert caught.value.command == command

    @pytest.mark.parametrize("timeout", [None, 30])
    def test_no_text_from_a_command_that_has_ended(self, timeout):
        """There is nothing left to end: its number may be another's by now."""
        with pytest.raises(upcalls.UpcallFailed, match="prints what is not text"):
            upcalls.run(r"printf '\377'", None, timeout)

    def test_all_that_a_late_command_has_started_ends(self, tmp_path):
        pid = tmp_path / "pid"
        with pytest.raises(upcalls.UpcallFailed):
            upcalls.run(f"sleep 30 & echo $! > {pid}; wait", None, 1)
        wait_until(lambda: not runs(int(pid.read_text())))

    def test_lines_of_groups(self):
        assert upcalls.read_mapall("a: n1\n\n b:\na: n[2-3]\n") == {"a": "n1,n[2-3]", "b": ""}
        for text in ("a n1", "a b: n1", ": n1"):
            with pytest.raises(upcalls.BadAnswer):
                upcalls.read_mapall(text)

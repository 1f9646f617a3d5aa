"""Group sources and resolvers: answers, caching, upcalls and their errors."""

import os
import subprocess
import time

import pytest

from ClusterShell.NodeUtils import (
    FileGroupSource,
    GroupResolver,
    GroupResolverIllegalCharError,
    GroupResolverSourceError,
    GroupSource,
    GroupSourceError,
    GroupSourceNoUpcall,
    GroupSourceQueryFailed,
    UpcallGroupSource,
)
from tests.fixtures.waiting import runs, wait_until


def upcalls(**kwargs):
    kwargs = {
        key
        if key in ("cfgdir", "cache_time", "unsafe_names", "timeout")
        else key + "_upcall": value
        for key, value in kwargs.items()
    }
    return UpcallGroupSource("src", **kwargs)


def counted(tmp_path, **kwargs):
    """Return a source whose commands leave a line each in the file ``log``."""
    commands = {
        key: f"echo {key} >> log; {value}"
        for key, value in kwargs.items()
        if isinstance(value, str)
    }
    kwargs.update(commands)
    return upcalls(cfgdir=str(tmp_path), **kwargs)


def calls(tmp_path):
    log = tmp_path / "log"
    found = log.read_text().split() if log.exists() else []
    log.write_text("")
    return found


class TestGroupSource:
    def test_answers(self):
        source = GroupSource("s", {"a": "n[1-2]", "b": ["n3", "n4"]}, allgroups="n[1-4]")
        assert source.resolv_map("a") == "n[1-2]"
        assert source.resolv_map("b") == ["n3", "n4"]
        assert source.resolv_map("other") == ""
        assert source.resolv_list() == ["a", "b"]
        assert source.resolv_all() == "n[1-4]"

    def test_what_is_not_known(self):
        source = GroupSource("s")
        assert source.resolv_list() == [] and not source.has_reverse
        with pytest.raises(GroupSourceNoUpcall, match="^All groups info not available$") as info:
            source.resolv_all()
        assert info.value.group_source is source
        with pytest.raises(GroupSourceNoUpcall, match="^Not implemented$"):
            source.resolv_reverse("n1")

    def test_file_source_follows_its_loader(self):
        class Loader:
            content = {"g": "n1", "all": "n[1-9]"}

            def groups(self, name):
                assert name == "s"
                return self.content

        loader = Loader()
        source = FileGroupSource("s", loader)
        assert source.resolv_all() == "n[1-9]"
        loader.content = {"g": "n2"}
        assert source.resolv_map("g") == "n2"
        assert source.groups == {"g": "n2"} and source.allgroups is None
        with pytest.raises(GroupSourceNoUpcall):
            source.resolv_all()


class TestUpcalls:
    def test_each_question(self):
        source = upcalls(
            map="echo n$GROUP", all="echo all", list="echo a  b; echo c", reverse="echo r$NODE"
        )
        assert source.resolv_map("1") == "n1"
        assert source.resolv_all() == "all"
        assert source.resolv_list() == "a b\nc"
        assert source.resolv_reverse("2") == "r2"
        assert source.has_reverse

    @pytest.mark.parametrize("question", ["map", "list", "all", "reverse"])
    def test_question_without_upcall(self, question):
        source = upcalls(map="") if question == "map" else upcalls(map="true")
        args = ["x"] if question in ("map", "reverse") else []
        with pytest.raises(GroupSourceNoUpcall, match=f"^{question}$") as info:
            getattr(source, "resolv_" + question)(*args)
        assert info.value.group_source is source

    @pytest.mark.parametrize(
        "text, command",
        [
            ("echo $GROUP ${GROUP}x $SOURCE", "echo g gx src"),
            ("echo $CFGDIR/x", "echo /cfg/x"),
            ("echo $$x $$GROUP", "echo $x $GROUP"),
            ("echo $NODE $GROUPS $GROUP_ $group ${GROUP ${x:-$GROUP}",
             "echo $NODE $GROUPS $GROUP_ $group ${GROUP ${x:-g}"),
            ("a 'b$' %d", "a 'b$' %d"),
        ],
    )  # fmt: skip
    def test_variables(self, monkeypatch, text, command):
        ran = []
        monkeypatch.setattr(
            "ClusterShell._groups.upcalls.run", lambda cmd, cwd, timeout: ran.append(cmd) or "x"
        )
        upcalls(map=text, cfgdir="/cfg").resolv_map("g")
        assert ran == [command]

    def test_input_is_empty_and_directory_is_that_of_the_configuration(self, tmp_path):
        source = upcalls(map="cat; pwd; ls -l /proc/self/fd/0 | grep -o /dev/null", cfgdir=tmp_path)
        assert source.resolv_map("x").split() == [str(tmp_path), "/dev/null"]

    def test_errors_pass_through(self, capfd):
        assert upcalls(map="echo oops >&2; echo n1").resolv_map("x") == "n1"
        assert capfd.readouterr().err == "oops\n"

    def test_overridden_reading(self):
        asked = []

        class Mock(UpcallGroupSource):
            def _upcall_read(self, cmdtpl, args={}):  # noqa: B006
                asked.append((cmdtpl, args))
                return "a: n1" if cmdtpl == "mapall" else cmdtpl

        source = Mock("m", "x", "x", "x", "x", cfgdir="/c")
        constants = {"CFGDIR": "/c", "SOURCE": "m"}
        assert [source.resolv_map("g"), source.resolv_list(), source.resolv_all()] == [
            "map", "list", "all",
        ]  # fmt: skip
        source.resolv_reverse("n")
        source.upcalls["mapall"] = "x"
        source.clear_cache()
        assert source.resolv_map("a") == "n1"
        assert asked == [
            ("map", {"GROUP": "g", **constants}),
            ("list", constants),
            ("all", constants),
            ("reverse", {"NODE": "n", **constants}),
            ("mapall", constants),
        ]


class TestUpcallErrors:
    @pytest.mark.parametrize("command", ["exit 3", "kill -9 $$$$", "/no/such/command 2>/dev/null"])
    def test_failure(self, command):
        source = upcalls(map=command)
        with pytest.raises(GroupSourceQueryFailed) as info:
            source.resolv_map("x")
        assert str(info.value) == command.replace("$$", "$")
        assert info.value.group_source is source
        assert source._cache["map"] == {}

    def test_output_that_is_no_text(self):
        with pytest.raises(GroupSourceQueryFailed, match="prints what is not text"):
            upcalls(map=r"printf '\377'").resolv_map("x")

    def test_missing_directory(self, tmp_path):
        with pytest.raises(GroupSourceQueryFailed, match="No such file or directory"):
            upcalls(map="echo x", cfgdir=str(tmp_path / "none")).resolv_map("x")

    def test_null_character_in_command(self):
        with pytest.raises((GroupSourceQueryFailed, ValueError), match="null"):
            upcalls(map="echo \0").resolv_map("x")

    def test_timeout_ends_all_that_the_command_started(self, tmp_path, monkeypatch):
        child, communicate = tmp_path / "child", subprocess.Popen.communicate

        def when_started(process, *args, **kwargs):
            wait_until(lambda: child.exists() and child.read_text())
            return communicate(process, *args, **kwargs)

        monkeypatch.setattr(subprocess.Popen, "communicate", when_started)
        source = upcalls(map="sleep 60 & echo $! > child; wait", cfgdir=tmp_path, timeout=1)
        with pytest.raises(GroupSourceQueryFailed, match=r"\(no answer within 1 s\)$"):
            source.resolv_map("x")
        wait_until(lambda: not runs(int(child.read_text())))

    def test_time_enough(self):
        assert upcalls(map="echo n1", timeout=60).resolv_map("x") == "n1"


class TestHostileNames:
    """A name never acts; it is quoted for its place, or refused."""

    @pytest.mark.parametrize("command", ["echo $GROUP", "echo '$GROUP'", 'echo "$GROUP"'])
    @pytest.mark.parametrize("name", ["a;touch x", "$(touch x)", "`touch x`", "a'b\"c\\", "a&b|c"])
    def test_quoted(self, tmp_path, command, name):
        source = upcalls(map=command.replace("echo", "/bin/echo"), cfgdir=tmp_path)
        assert source.resolv_map(name) == name
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        "command", ["sed -n 's/^$GROUP:.*//p' x", "bash -c 'echo $GROUP'", "echo `echo $GROUP`"]
    )
    def test_refused(self, tmp_path, command):
        source = upcalls(map=command, reverse=command.replace("GROUP", "NODE"), cfgdir=tmp_path)
        with pytest.raises(GroupSourceQueryFailed, match="^src: map: unsafe name 'a;touch x' "):
            source.resolv_map("a;touch x")
        with pytest.raises(GroupSourceQueryFailed, match="^src: reverse: unsafe name 'a;touch x' "):
            source.resolv_reverse("a;touch x")
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("name", ["-rf", "a\nb", "a\x1bb", "a\0b"])
    def test_options_and_control_characters(self, name):
        with pytest.raises(GroupSourceQueryFailed, match="^src: map: unsafe name "):
            upcalls(map="echo $GROUP").resolv_map(name)

    def test_source_name(self, tmp_path):
        source = UpcallGroupSource("s;touch x", "/bin/echo $SOURCE", cfgdir=tmp_path)
        assert source.resolv_map("g") == "s;touch x"
        assert os.listdir(tmp_path) == []

    def test_unsafe_names(self, tmp_path):
        (tmp_path / "groups").write_text("a/b: n1\n")
        source = upcalls(map=r"sed -n 's|^$GROUP:\(.*\)|\1|p' groups", cfgdir=tmp_path)
        with pytest.raises(GroupSourceQueryFailed):
            source.resolv_map("a/b")
        source.unsafe_names = True
        assert source.resolv_map("a/b") == "n1"
        assert upcalls(map="echo x '$GROUP'", unsafe_names=True).resolv_map("-n'") == "x -n'"

    def test_ordinary_names_give_the_command_as_written(self):
        source = upcalls(map="x=$GROUP; echo $x '$GROUP' \"$GROUP\" `echo $GROUP`")
        assert source.resolv_map("rack[1-2].a_b-c:d+e,f%g") == " ".join(
            ["rack[1-2].a_b-c:d+e,f%g"] * 4
        )


class TestCache:
    def test_answers_are_kept(self, tmp_path):
        source = counted(tmp_path, map="echo n", list="echo l", all="echo a", reverse="echo r")
        for _ in range(2):
            source.resolv_map("x")
            source.resolv_map("y")
            source.resolv_list()
            source.resolv_all()
            source.resolv_reverse("n")
        assert calls(tmp_path) == ["map", "map", "list", "all", "reverse"]
        assert source._cache["map"]["x"][0] == "n"
        source.clear_cache()
        source.resolv_list()
        assert calls(tmp_path) == ["list"]

    def test_for_cache_time(self, tmp_path, monkeypatch):
        source = counted(tmp_path, map="echo n", cache_time=60)
        source.resolv_map("x")
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 50)
        source.resolv_map("x")
        assert calls(tmp_path) == ["map"]
        monkeypatch.setattr(time, "time", lambda: now + 70)
        source.resolv_map("x")
        assert calls(tmp_path) == ["map"]

    def test_default_is_an_hour(self):
        assert upcalls(map="x").cache_time == 3600

    def test_disabled(self, tmp_path):
        source = counted(tmp_path, map="echo n", cache_time=0)
        source.resolv_map("x")
        source.resolv_map("x")
        assert calls(tmp_path) == ["map", "map"]


class TestMapall:
    def test_one_call_for_map_and_list(self, tmp_path):
        source = counted(tmp_path, mapall="printf 'a: n1 n2\nb:n3\n\na :n9\nc:\n'", list="echo no")
        assert source.resolv_list() == "a b c"
        assert source.resolv_map("a") == "n1 n2,n9"
        assert source.resolv_map("c") == ""
        assert source.resolv_map("none") == ""
        assert calls(tmp_path) == ["mapall"]
        with pytest.raises(GroupSourceNoUpcall, match="^all$"):
            source.resolv_all()

    def test_map_is_for_groups_left_out(self, tmp_path):
        source = counted(tmp_path, mapall="echo a:n1", map="echo m")
        assert [source.resolv_map(group) for group in "abab"] == ["n1", "m", "n1", "m"]
        assert calls(tmp_path) == ["mapall", "map"]

    def test_first_colon_separates(self):
        assert upcalls(mapall="echo a:n1:n2").resolv_map("a") == "n1:n2"

    @pytest.mark.parametrize("line", ["garbage", "a b: n1", ": n1", ":"])
    def test_garbage(self, tmp_path, line):
        source = counted(tmp_path, mapall=f"printf 'a:n1\n {line}\n'", map="echo m", list="echo l")
        for _ in range(2):
            with pytest.raises(GroupSourceQueryFailed) as info:
                source.resolv_map("a")
            assert str(info.value) == f"mapall: invalid line {line!r} (expected 'group: nodes')"
        with pytest.raises(GroupSourceQueryFailed):
            source.resolv_list()
        assert source._cache == {"map": {}, "reverse": {}}
        assert calls(tmp_path) == ["mapall"] * 3

    def test_failure_does_not_fall_back(self, tmp_path):
        source = counted(tmp_path, mapall="echo a:n1; exit 1", map="echo m", list="echo l")
        with pytest.raises(GroupSourceQueryFailed, match="exit 1$"):
            source.resolv_map("a")
        with pytest.raises(GroupSourceQueryFailed, match="exit 1$"):
            source.resolv_list()
        assert calls(tmp_path) == ["mapall"] * 2

    def test_without_cache(self, tmp_path):
        source = counted(tmp_path, mapall="echo a:n1", map="echo m", list="echo l", cache_time=0)
        assert (source.resolv_map("a"), source.resolv_list()) == ("m", "l")
        assert calls(tmp_path) == ["map", "list"]
        source = counted(tmp_path, mapall="echo a:n1", cache_time=0)
        assert (source.resolv_map("a"), source.resolv_map("b"), source.resolv_list()) == (
            "n1", "", "a",
        )  # fmt: skip
        assert calls(tmp_path) == ["mapall"] * 3

    def test_expires_as_a_whole(self, tmp_path, monkeypatch):
        source = counted(tmp_path, mapall="cat groups")
        (tmp_path / "groups").write_text("a:n1\nb:n2\n")
        assert source.resolv_map("b") == "n2"
        (tmp_path / "groups").write_text("a:n3\n")
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 4000)
        assert (source.resolv_map("a"), source.resolv_map("b")) == ("n3", "")


class TestResolver:
    def test_nothing_in_it(self):
        resolver = GroupResolver()
        assert resolver.sources() == [] and resolver.default_source_name is None
        assert not resolver.has_node_groups()
        for question in (resolver.all_nodes, resolver.grouplist):
            with pytest.raises(GroupResolverSourceError, match="^<default>$"):
                question()
        with pytest.raises(GroupResolverSourceError, match="^other$"):
            resolver.group_nodes("g", "other")

    def test_sources(self):
        first, second = GroupSource("s", {"a": "n1"}), GroupSource("t", {"b": "n2"})
        resolver = GroupResolver(first)
        resolver.add_source(second)
        with pytest.raises(ValueError, match="^GroupSource 't': name collision$"):
            resolver.add_source(GroupSource("t"))
        assert resolver.sources() == ["s", "t"]
        assert (resolver.group_nodes("a"), resolver.group_nodes("b", "t")) == (["n1"], ["n2"])
        resolver.default_source_name = "t"
        assert resolver.default_source_name == "t"
        assert resolver.sources() == ["t", "s"]
        assert resolver.grouplist() == ["b"]
        with pytest.raises(GroupResolverSourceError, match="^other$"):
            resolver.default_source_name = "other"

    @pytest.mark.parametrize(
        "answer, nodes",
        [
            ("", []),
            (" a  b\n\nc\t", ["a", "b", "c"]),
            ("a,b c", ["a,b", "c"]),
            (["a", "b c"], ["a,b", "c"]),
            ([], []),
            (None, []),
            (("a", "b"), ["a", "b"]),
        ],
    )
    def test_words_of_an_answer(self, answer, nodes):
        source = GroupSource("s", {"g": answer}, allgroups=answer or "")
        resolver = GroupResolver(source)
        assert resolver.group_nodes("g") == nodes
        assert resolver.all_nodes() == nodes

    @pytest.mark.parametrize("answer", [5, 1.5, True, {"a": 1}, ["a", 5], [["a"]], [None]])
    def test_answer_that_is_no_text(self, answer):
        source = GroupSource("s", {"g": answer})
        with pytest.raises(GroupSourceQueryFailed, match=r"^s: g: .* not a string") as info:
            GroupResolver(source).group_nodes("g")
        assert info.value.group_source is source

    def test_groups_of_a_node(self):
        resolver = GroupResolver(upcalls(map="x", reverse="echo a b; echo $NODE"))
        assert resolver.has_node_groups()
        assert resolver.node_groups("n1") == ["a", "b", "n1"]

    def test_illegal_characters(self):
        source = upcalls(map="x", list="echo 'a@b c! d'", reverse="echo '@'")
        resolver = GroupResolver(source, illegal_chars=set("@,!"))
        with pytest.raises(GroupResolverIllegalCharError, match="^@ !$"):
            resolver.grouplist()
        with pytest.raises(GroupResolverIllegalCharError, match="^@$"):
            resolver.node_groups("n1")
        assert GroupResolver(source).grouplist() == ["a@b", "c!", "d"]

    def test_custom_source(self):
        class Custom:
            name = "c"

            def resolv_map(self, group):
                return f"{group}[1-3]"

            def resolv_list(self):
                return {"x": 1, "y": 2}

        resolver = GroupResolver(Custom())
        assert resolver.group_nodes("n") == ["n[1-3]"]
        assert resolver.grouplist() == ["x", "y"]
        assert not resolver.has_node_groups()

    def test_errors_of_sources_pass(self):
        resolver = GroupResolver(upcalls(map="exit 1"))
        with pytest.raises(GroupSourceError, match="^exit 1$"):
            resolver.group_nodes("g")
        with pytest.raises(GroupSourceNoUpcall, match="^list$"):
            resolver.grouplist()

    def test_threads_wait_until_it_is_set_up(self):
        import threading

        class Slow(GroupResolver):
            def _late_init(self):
                GroupResolver._late_init(self)
                time.sleep(0.05)
                self.add_source(GroupSource("late", {"g": "n1"}))

        resolver = Slow(GroupSource("s", {"a": "n1"}))
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(resolver.group_nodes("g", "late")))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [["n1"]] * 4

    def test_set_verbosity_is_deprecated(self):
        source = upcalls(map="x")
        with pytest.warns(DeprecationWarning, match="use logging instead") as record:
            GroupResolver(source).set_verbosity(2)
        assert source.verbosity == 2 and record[0].filename == __file__

    def test_debug_log(self, caplog):
        caplog.set_level("DEBUG", logger="ClusterShell.NodeUtils")
        assert upcalls(map="echo $GROUP").resolv_map("g") == "g"
        assert [r.getMessage() for r in caplog.records] == ["EXEC 'echo g'", "READ 'g'"]

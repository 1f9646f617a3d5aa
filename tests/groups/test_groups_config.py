"""groups.conf(5) and group files: where sources come from, and what is wrong with them."""

import configparser
import os
import time

import pytest

from ClusterShell.NodeSet import ILLEGAL_GROUP_CHARS, NodeSet, NodeSetExternalError
from ClusterShell.NodeUtils import (
    FileGroupSource,
    GroupResolverConfig,
    GroupResolverConfigError,
    GroupResolverSourceError,
    GroupSourceNoUpcall,
    GroupSourceQueryFailed,
    YAMLGroupLoader,
)

ONE = "[Main]\ndefault: x\n[x]\nmap: echo n$GROUP\nlist: echo 1 2\n"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files below the test's directory."""

    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return write


@pytest.fixture
def configured(tmp_path, write):
    """Return a function giving the resolver of a groups.conf and other files."""

    def configured(text, **files):
        write(groups_conf=text, **files)
        return GroupResolverConfig(str(tmp_path / "groups.conf"), ILLEGAL_GROUP_CHARS)

    return configured


class TestMain:
    def test_nothing_is_read_before_the_first_question(self, tmp_path):
        path = tmp_path / "groups.conf"
        resolver = GroupResolverConfig(str(path))
        path.write_text(ONE)
        assert resolver.sources() == ["x"]
        assert resolver.config.get("Main", "default") == "x"

    @pytest.mark.parametrize("text", ["", "[Main]\n"])
    def test_no_sources(self, configured, text):
        resolver = configured(text)
        assert resolver.sources() == [] and resolver.default_source_name is None
        with pytest.raises(GroupResolverSourceError, match="^<default>$"):
            resolver.grouplist()

    def test_missing_file(self, tmp_path):
        assert GroupResolverConfig(str(tmp_path / "none")).sources() == []
        assert GroupResolverConfig([]).sources() == []

    def test_default(self, configured):
        two = "[x]\nmap: echo x\n[y]\nmap: echo y\n"
        assert configured("[Main]\ndefault: y\n" + two).default_source_name == "y"
        assert configured(two).default_source_name == "x"
        resolver = configured("[Main]\ndefault: z\n" + two)
        for _ in range(2):
            with pytest.raises(
                GroupResolverConfigError, match='^Default group source not found: "z"$'
            ):
                resolver.sources()

    def test_several_files_the_last_counts_most(self, tmp_path, write):
        write(
            a__groups_conf="[Main]\ndefault: x\nconfdir: $CFGDIR/d\n[x]\nmap: echo a\n[z]\nmap: z",
            a__d__a_conf="[da]\nmap: x\n",
            b__groups_conf="[Main]\ndefault: x\nconfdir: $CFGDIR/d\n[x]\nmap: pwd\n",
            b__d__b_conf="[db]\nmap: x\n",
        )
        names = [str(tmp_path / name / "groups.conf") for name in ("none", "a", "b")]
        resolver = GroupResolverConfig(names)
        assert resolver.sources() == ["x", "db", "z"]
        assert resolver.group_nodes("g") == [str(tmp_path / "b")]

    @pytest.mark.parametrize(
        "text", ["garbage", "[x]\nmap: a\n[x]\nmap: b\n", "[Main]\nnonsense\n"]
    )
    def test_no_configuration_file(self, configured, text):
        with pytest.raises(configparser.Error, match=r"groups\.conf"):
            configured(text).sources()


class TestSections:
    def test_all_settings(self, configured):
        resolver = configured(
            "[x]\nmap: echo m %d %(x)s $GROUP\nall: echo a\nlist: echo l\nreverse: echo r\n"
            "mapall: echo g:n\ncache_time: 1.5\nunsafe_names: yes\ntimeout: 2\n"
        )
        assert resolver.sources() == ["x"]
        source = resolver._sources["x"]
        assert source.upcalls == {
            "map": "echo m %d %(x)s $GROUP",
            "all": "echo a",
            "list": "echo l",
            "reverse": "echo r",
            "mapall": "echo g:n",
        }
        assert (source.cache_time, source.unsafe_names, source.timeout) == (1.5, True, 2)

    def test_several_sources_in_one_header(self, configured):
        resolver = configured("[Main]\ndefault: sp\n[slurmpart,sp]\nmap: echo $SOURCE-$GROUP\n")
        assert resolver.sources() == ["sp", "slurmpart"]
        assert resolver.group_nodes("g") == ["sp-g"]
        assert resolver.group_nodes("g", "slurmpart") == ["slurmpart-g"]

    @pytest.mark.parametrize(
        "section, message",
        [
            ("[x,y]\nlist: echo\n", "No option 'map' or 'mapall' in section: 'x,y'"),
            ("[x]\nmap: a\n[y,x]\nmap: b\n", "GroupSource 'x': name collision"),
            ("[x]\nmap: a\ncache_time: abc\n", "could not convert string to float: 'abc'"),
            ("[x]\nmap: a\nunsafe_names: 7\n", "Not a boolean: 7"),
        ],
    )
    def test_errors(self, configured, section, message):
        with pytest.raises(GroupResolverConfigError) as info:
            configured(section).sources()
        assert str(info.value) == message

    def test_nodesets(self, configured):
        resolver = configured(ONE)
        assert str(NodeSet("@[1-2],@x:3", resolver=resolver)) == "n[1-3]"


class TestConfdir:
    def test_files(self, configured, tmp_path):
        resolver = configured(
            "[Main]\ndefault: x\nconfdir: /nonexistent $CFGDIR/d '$CFGDIR/e f' ${CFGDIR}/d/\n"
            "[x]\nmap: pwd\n",
            d__b_conf="[b]\nmap: pwd\nlist: echo $CFGDIR\n[Main]\ndefault: b\n",
            d__a_conf="[a]\nmap: pwd\n",
            d__c_txt="[c]\nmap: c\n",
            d___h_conf="[h]\nmap: h\n",
        )
        (tmp_path / "e f").mkdir()
        (tmp_path / "e f" / "x.conf").write_text("[e]\nmap: pwd\n")
        assert resolver.sources() == ["x", "a", "b", "e"]
        assert resolver.group_nodes("g") == [str(tmp_path)]
        assert resolver.group_nodes("g", "b") == [str(tmp_path / "d")]
        assert resolver.grouplist("b") == [str(tmp_path / "d")]
        assert resolver._sources["e"].cfgdir == str(tmp_path / "e f")

    def test_groupsdir_goes_first(self, configured):
        resolver = configured(
            "[Main]\ngroupsdir: $CFGDIR/d\nconfdir: $CFGDIR/e\n",
            d__a_conf="[a]\nmap: x\n",
            e__b_conf="[b]\nmap: x\n",
        )
        assert resolver.sources() == ["a"]

    def test_unreadable(self, configured, tmp_path):
        resolver = configured(
            "[Main]\nconfdir: $CFGDIR/d\nautodir: $CFGDIR/d\n",
            d__a_conf="[a]\nmap: x\n",
            d__c_yaml="c: {g: n1}\n",
        )
        for suffix in ("conf", "yaml"):
            (tmp_path / "d" / f"dir.{suffix}").mkdir()
            (tmp_path / "d" / f"link.{suffix}").symlink_to("/nonexistent")
            (tmp_path / "d" / f"secret.{suffix}").write_text("garbage")
            (tmp_path / "d" / f"secret.{suffix}").chmod(0)
        if os.access(tmp_path / "d" / "secret.conf", os.R_OK):
            # The superuser reads everything.
            for suffix in ("conf", "yaml"):
                (tmp_path / "d" / f"secret.{suffix}").unlink()
        assert resolver.sources() == ["a", "c"]

    def test_garbage(self, configured):
        resolver = configured("[Main]\nconfdir: $CFGDIR/d\n", d__a_conf="garbage\n")
        with pytest.raises(configparser.Error, match=r"a\.conf"):
            resolver.sources()

    def test_unbalanced_quotes(self, configured):
        with pytest.raises(ValueError, match="quotation"):
            configured("[Main]\nconfdir: '$CFGDIR/d\n").sources()

    def test_error_is_met_again_until_mended(self, configured, write):
        resolver = configured("[Main]\nconfdir: $CFGDIR/d\n", d__a_conf="[a]\nlist: x\n")
        for _ in range(2):
            with pytest.raises(GroupResolverConfigError, match="No option 'map'"):
                resolver.sources()
        write(d__a_conf="[a]\nmap: x\n")
        assert resolver.sources() == ["a"]


class TestAutodir:
    def test_files(self, configured, tmp_path):
        resolver = configured(
            "[Main]\ndefault: roles\nautodir: $CFGDIR/d $CFGDIR/./d\n[x]\nmap: pwd\n",
            d__b_yaml="racks: {r1: 'n[1-2]', r2: [n3, 'n[4-5]'], all: '@racks:r1'}\n",
            d__a_yaml="roles: {adm: n9, io: '@racks:r[1-2]', none: }\nother: {}\n",
            d__c_yml="[",
            d__d_yaml_example="[",
        )
        assert resolver.sources() == ["roles", "other", "racks", "x"]
        assert resolver.grouplist("racks") == ["r1", "r2", "all"]
        assert str(NodeSet("@io", resolver=resolver)) == "n[1-5]"
        assert str(NodeSet("@racks:*", resolver=resolver)) == "n[1-2]"
        assert str(NodeSet("@none", resolver=resolver)) == ""
        assert isinstance(resolver._sources["racks"], FileGroupSource)

    def test_collisions(self, configured):
        resolver = configured(
            "[Main]\nautodir: $CFGDIR/d\n", d__a_yaml="a: {}\n", d__b_yaml="a: {}\n"
        )
        with pytest.raises(ValueError, match="^GroupSource 'a': name collision$"):
            resolver.sources()
        resolver = configured(
            "[Main]\nautodir: $CFGDIR/d\n[c]\nmap: x", d__a_yaml="c: {}\n", d__b_yaml="d: {}\n"
        )
        with pytest.raises(GroupResolverConfigError, match="^GroupSource 'c': name collision$"):
            resolver.sources()

    @pytest.mark.parametrize("text", ["", "- a", "a: [x]", "1: {}", "a: {1: x}", "a: [", "\ta: b"])
    def test_garbage(self, configured, tmp_path, text):
        resolver = configured("[Main]\nautodir: $CFGDIR/d\n", d__a_yaml=text)
        with pytest.raises(GroupResolverConfigError) as info:
            resolver.sources()
        assert str(info.value).startswith(f"{tmp_path}/d/a.yaml: ")


class TestYAMLGroupLoader:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "f.yaml"

    def load(self, path, text, **kwargs):
        path.write_text(text)
        return YAMLGroupLoader(str(path), **kwargs)

    def test_sources(self, path):
        loader = self.load(path, "a: {g: n1, l: [n1, n2], all: n9}\nb: {}\n")
        first, second = loader
        assert (first.name, second.name) == ("a", "b")
        assert (first.resolv_map("l"), first.resolv_all()) == (["n1", "n2"], "n9")
        assert loader.sources == {"a": first, "b": second}
        assert loader.groups("b") == {}
        with pytest.raises(KeyError):
            loader.groups("c")
        with pytest.raises(GroupSourceNoUpcall):
            second.resolv_all()

    def test_read_again_when_old(self, path, monkeypatch):
        loader = self.load(path, "a: {g: n1}\nb: {h: n2}\n", cache_time=60)
        (first, second) = loader
        path.write_text("a: {g: n3}\nc: {}\n")
        assert first.resolv_map("g") == "n1"
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 61)
        assert first.resolv_map("g") == "n3"
        assert second.resolv_map("h") == "n2"
        path.write_text("a: [")
        assert first.resolv_map("g") == "n3"
        monkeypatch.setattr(time, "time", lambda: now + 130)
        for _ in range(2):
            with pytest.raises(GroupResolverConfigError, match="while parsing a flow node"):
                first.resolv_map("g")
        path.unlink()
        with pytest.raises(FileNotFoundError):
            first.resolv_map("g")

    def test_missing(self, path):
        with pytest.raises(FileNotFoundError):
            YAMLGroupLoader(str(path))

    @pytest.mark.parametrize(
        "text, message",
        [
            ("", "invalid content (base is not a dict)"),
            ("a: b", "invalid content (group source 'a' is not a dict)"),
            ("1: {g: n1}", "group source 1 not a string (add quotes?)"),
            ("a: {1: n1}", "a: group name 1 not a string (add quotes?)"),
        ],
    )
    def test_content_errors(self, path, text, message):
        with pytest.raises(GroupResolverConfigError) as info:
            self.load(path, text)
        assert str(info.value) == f"{path}: {message}"

    @pytest.mark.parametrize(
        "text",
        [
            "a: !!python/object/apply:os.system ['touch x']",
            "a: " + "[" * 10**5,
            "- " * 10**5,
            "a: &a [*a",
        ],
    )
    def test_hostile_content(self, path, text, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(GroupResolverConfigError):
            self.load(path, text)
        assert os.listdir(tmp_path) == ["f.yaml"]

    def test_not_text(self, path):
        path.write_bytes(b"a: {g: n\xff}\n")
        with pytest.raises(GroupResolverConfigError, match="utf-8"):
            YAMLGroupLoader(str(path))

    def test_value_that_is_no_text(self, configured, tmp_path):
        resolver = configured("[Main]\nautodir: $CFGDIR/d\n", d__a_yaml="a: {g: 010, h: [1, 2]}\n")
        for group, value in (("g", "8"), ("h", "1")):
            with pytest.raises(GroupSourceQueryFailed) as info:
                resolver.group_nodes(group)
            assert str(info.value) == f"a: {group}: {value} not a string (add quotes?)"


@pytest.mark.parametrize("name", ["a;touch x", "$(touch x)", "`touch x`", "'a", "-rf", "a\nb"])
def test_hostile_names_in_a_group_file(configured, tmp_path, name):
    """A name is data from a file to the node set, and no command when asked back."""
    import yaml

    resolver = configured(
        "[Main]\nautodir: $CFGDIR/d\n[up]\nmap: echo $GROUP\nreverse: echo `echo $NODE`\n",
        d__a_yaml=yaml.safe_dump({"a": {"g": [name]}}),
    )
    found = NodeSet("@a:g", resolver=resolver)
    assert list(found) == name.split()
    with pytest.raises(GroupSourceQueryFailed, match="unsafe name"):
        resolver.node_groups(name, "up")
    assert sorted(os.listdir(tmp_path)) == ["d", "groups.conf"]


class TestFolders:
    """Settings that list folders: autodir, confdir, groupsdir."""

    @pytest.mark.parametrize("setting", ["autodir", "confdir", "groupsdir"])
    def test_a_file_is_no_folder(self, tmp_path, setting):
        conf = tmp_path / "groups.conf"
        conf.write_text(f"[Main]\n{setting}: /nonexistent $CFGDIR/groups.conf\n[s]\nmap: :\n")
        reason = f"Defined {setting} {conf} is not a directory"
        with pytest.raises(GroupResolverConfigError, match=reason):
            GroupResolverConfig(str(conf)).sources()
        with pytest.raises(NodeSetExternalError, match=f"GroupResolverConfigError: {reason}"):
            NodeSet.fromall(resolver=GroupResolverConfig(str(conf)))

    @pytest.mark.parametrize("setting", ["autodir", "confdir", "groupsdir"])
    def test_a_quotation_that_is_not_closed(self, tmp_path, setting):
        conf = tmp_path / "groups.conf"
        conf.write_text(f"[Main]\n{setting}: $CFGDIR/'x\n")
        with pytest.raises(ValueError, match=f"^{setting}: No closing quotation$"):
            GroupResolverConfig(str(conf)).sources()

    def test_the_folder_of_the_file_may_have_a_blank(self, tmp_path):
        folder = tmp_path / "a b"
        (folder / "d").mkdir(parents=True)
        (folder / "d" / "x.yaml").write_text("s: {a: n1}\n")
        (folder / "groups.conf").write_text("[Main]\nautodir: $CFGDIR/d\n")
        resolver = GroupResolverConfig(str(folder / "groups.conf"))
        assert resolver.group_nodes("a") == ["n1"]

    @pytest.mark.parametrize(
        "text, reason",
        [
            ("[s]\nall: x\n", "No option 'map' or 'mapall' in section: 's'"),
            ("[Main]\ndefault: x\n[s]\nmap: :\n", 'Default group source not found: "x"'),
            ("[s]\nmap: :\ncache_time: x\n", "could not convert string to float: 'x'"),
        ],
    )
    def test_all_nodes_of_a_wrong_configuration(self, tmp_path, text, reason):
        conf = tmp_path / "groups.conf"
        conf.write_text(text)
        with pytest.raises(NodeSetExternalError) as info:
            NodeSet.fromall(resolver=GroupResolverConfig(str(conf)))
        assert str(info.value) == f"Group source error (GroupResolverConfigError: {reason})"


@pytest.mark.parametrize("nothing", [None, "", [], 0])
def test_a_configuration_that_is_not_named_changes_nothing(nothing, tmp_path):
    from ClusterShell import NodeSet

    (tmp_path / "groups.conf").write_text("[Main]\ndefault: a\n[a]\nmap: echo n1\n")
    try:
        NodeSet.set_std_group_resolver_config(str(tmp_path / "groups.conf"))
        NodeSet.set_std_group_resolver_config(nothing)
        assert str(NodeSet.NodeSet("@g")) == "n1"
    finally:
        NodeSet.set_std_group_resolver(None)

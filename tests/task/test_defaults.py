"""ClusterShell.Defaults: values, files, search order, worker classes."""

import configparser
import copy
import os
import pickle
import subprocess
import sys
import types

import pytest

from ClusterShell import Defaults as module
from ClusterShell.Defaults import DEFAULTS, Defaults, config_paths

BUILTIN = {
    "auto_tree": True,
    "command_timeout": 0,
    "connect_timeout": 10,
    "debug": False,
    "distant_workername": "ssh",
    "engine": "auto",
    "fanout": 64,
    "fold_axis": (),
    "grooming_delay": 0.25,
    "local_workername": "exec",
    "port_qlimit": 100,
    "stderr": False,
    "stderr_msgtree": True,
    "stdin": True,
    "stdout_msgtree": True,
}


@pytest.fixture
def load(tmp_path):
    """Return a function that loads texts, each as one file, in order."""

    def loader(*texts):
        names = []
        for index, text in enumerate(texts):
            path = tmp_path / f"{index}.conf"
            path.write_text(text)
            names.append(str(path))
        return Defaults(names)

    return loader


def changed(defaults):
    return {
        name: getattr(defaults, name)
        for name, value in BUILTIN.items()
        if getattr(defaults, name) != value
    }


def test_builtin_values():
    defaults = Defaults([])
    assert changed(defaults) == {}
    assert defaults.print_debug is module._task_print_debug


def test_files_that_do_not_exist_count_for_nothing(tmp_path):
    assert changed(Defaults([str(tmp_path / "none"), str(tmp_path)])) == {}


@pytest.mark.parametrize(
    ("section", "option", "text", "value"),
    [
        ("task.default", "stderr", "yes", True),
        ("task.default", "stdin", "off", False),
        ("task.default", "stdout_msgtree", "0", False),
        ("task.default", "stderr_msgtree", "false", False),
        ("task.default", "engine", "poll", "poll"),
        ("task.default", "engine", "", ""),
        ("task.default", "auto_tree", "no", False),
        ("task.default", "local_workername", "popen", "popen"),
        ("task.default", "distant_workername", "rsh", "rsh"),
        ("task.info", "debug", "true", True),
        ("task.info", "fanout", "-1", -1),
        ("task.info", "grooming_delay", "1", 1.0),
        ("task.info", "connect_timeout", "2.5", 2.5),
        ("task.info", "command_timeout", "9", 9.0),
        ("nodeset", "fold_axis", "0 , -1,", (0, -1)),
        ("engine", "port_qlimit", "9", 9),
    ],
)
def test_each_option_of_each_section(load, section, option, text, value):
    defaults = load(f"[{section}]\n{option}: {text}\n")
    assert changed(defaults) == {option: value}
    assert type(getattr(defaults, option)) is type(value)


@pytest.mark.parametrize("section", ["task.info", "engine", "nodeset", "Task.Default", "other"])
def test_options_of_other_sections_are_ignored(load, section):
    assert changed(load(f"[{section}]\nengine: poll\nprint_debug: x\nunknown: x\n")) == {}


def test_option_names_have_no_case_and_values_interpolate(load):
    defaults = load(
        "[DEFAULT]\nfanout: 4\n[task.default]\nENGINE: %(stdin)s%%\nstdin: no\n[task.info]\n"
    )
    assert changed(defaults) == {"engine": "no%", "stdin": False, "fanout": 4}


def test_later_files_win(load):
    defaults = load("[task.info]\nfanout=4\ndebug=yes\n", "[task.info]\nfanout=5\n")
    assert changed(defaults) == {"fanout": 5, "debug": True}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[task.default]\nport_qlimit=7\n", 7),
        ("[engine]\nport_qlimit=9\n", 9),
        ("[engine]\nport_qlimit=9\n[task.default]\nport_qlimit=7\n", 9),
        ("[engine]\nport_qlimit=100\n[task.default]\nport_qlimit=7\n", 7),
    ],
)
def test_port_qlimit_before_1_8_stands_in_task_default(load, text, value):
    defaults = load(text)
    assert defaults.port_qlimit == value
    defaults.port_qlimit = 50
    assert defaults.port_qlimit == 50


@pytest.mark.parametrize(
    "text",
    [
        "[task.info]\nfanout=many\n",
        "[task.info]\nfanout=\n",
        "[task.info]\ngrooming_delay=soon\n",
        "[task.default]\nstderr=maybe\n",
        "[nodeset]\nfold_axis=x\n",
    ],
)
def test_malformed_value_names_section_and_option(load, text):
    section, option = text.split("=")[0].split("\n")
    with pytest.raises(ValueError) as raised:
        load(text)
    assert str(raised.value).startswith(f"{section} {option}: ")


@pytest.mark.parametrize(
    "text", ["fanout=4\n", "[task.info\nfanout=4\n", "[task.info]\nfanout\n", "[a]\n[a]\n"]
)
def test_malformed_file_names_itself(load, tmp_path, text):
    with pytest.raises(configparser.Error) as raised:
        load(text)
    assert str(tmp_path / "0.conf") in str(raised.value)


def test_values_are_set_per_object():
    one, other = Defaults([]), Defaults([])
    for name in (*BUILTIN, "print_debug"):
        setattr(one, name, "changed")
        assert getattr(one, name) == "changed"
    assert changed(other) == {}


@pytest.mark.parametrize("name", ["unknown", "_unknown", "__unknown__"])
def test_unknown_defaults(name):
    defaults = Defaults([])
    with pytest.raises(AttributeError, match=name):
        getattr(defaults, name)
    with pytest.raises(AttributeError, match=name):
        setattr(defaults, name, 1)


def test_stores_are_plain_dictionaries():
    """Tasks copy them whole."""
    defaults = Defaults([])
    assert set(defaults._task_default) | set(defaults._task_info) == {
        *BUILTIN,
        "print_debug",
    } - {"fold_axis"}
    assert defaults._nodeset == {"fold_axis": ()}
    assert defaults._engine == {"port_qlimit": 100}
    assert defaults._task_info_pkeys_bl == ["engine", "print_debug"]


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda obj: pickle.loads(pickle.dumps(obj))]
)
def test_copies(clone):
    defaults = Defaults([])
    defaults.fanout = 3
    assert clone(defaults).fanout == 3


def test_print_debug(capsys):
    module._task_print_debug(None, "a line")
    assert capsys.readouterr() == ("a line\n", "")


class TestPaths:
    def test_order(self, monkeypatch):
        monkeypatch.setenv("HOME", "/home/u")
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        monkeypatch.delenv("CLUSTERSHELL_CFGDIR", raising=False)
        expected = [
            "/etc/clustershell/x.conf",
            "/home/u/.local/etc/clustershell/x.conf",
            sys.prefix + "/etc/clustershell/x.conf",
            "/home/u/.config/clustershell/x.conf",
        ]
        assert config_paths("x.conf") == expected
        monkeypatch.setenv("CLUSTERSHELL_CFGDIR", "/some/where")
        assert config_paths("x.conf") == [*expected, "/some/where/x.conf"]
        monkeypatch.setenv("XDG_CONFIG_HOME", "/xdg")
        assert config_paths("x.conf")[3:] == ["/xdg/clustershell/x.conf", "/some/where/x.conf"]

    def test_prefix_is_looked_up_at_call_time(self, monkeypatch):
        monkeypatch.setattr(sys, "prefix", "/venv")
        assert "/venv/etc/clustershell/x.conf" in config_paths("x.conf")

    @pytest.mark.parametrize(
        ("folder", "prefix"),
        [
            ("/usr/local/lib/python3.11/dist-packages", "/usr/local"),
            ("/opt/x/lib64/python3.9/site-packages", "/opt/x"),
        ],
    )
    def test_where_the_package_is_installed_comes_last(self, folder, prefix, monkeypatch):
        """A system-wide installation by pip is not below Python's own prefix."""
        monkeypatch.setattr(module, "__file__", f"{folder}/ClusterShell/Defaults.py")
        paths = config_paths("x.conf")
        assert paths[:2] == [f"{prefix}/etc/clustershell/x.conf", "/etc/clustershell/x.conf"]
        monkeypatch.setattr(sys, "prefix", prefix)
        assert config_paths("x.conf")[0] == "/etc/clustershell/x.conf"

    def test_a_source_tree_has_no_prefix(self, monkeypatch):
        monkeypatch.setattr(module, "__file__", "/src/clustershell/ClusterShell/Defaults.py")
        assert config_paths("x.conf")[0] == "/etc/clustershell/x.conf"


def run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env},
        capture_output=True,
        text=True,
    )


class TestLibraryDefaults:
    def test_come_from_the_files(self, tmp_path):
        (tmp_path / "defaults.conf").write_text("[task.info]\nfanout: 7\n")
        done = run(
            "from ClusterShell.Defaults import DEFAULTS; print(DEFAULTS.fanout)",
            CLUSTERSHELL_CFGDIR=str(tmp_path),
        )
        assert (done.stdout, done.stderr) == ("7\n", "")

    def test_malformed_file_is_reported_at_each_use_not_at_import(self, tmp_path):
        (tmp_path / "defaults.conf").write_text("[task.info]\nfanout: x\n")
        done = run(
            "from ClusterShell.Defaults import DEFAULTS\n"
            "for name in ('stdin', 'fold_axis', '_engine'):\n"
            "    try:\n"
            "        getattr(DEFAULTS, name)\n"
            "    except ValueError as exc:\n"
            "        print(name, exc)\n"
            "try:\n"
            "    DEFAULTS.fanout = 4\n"
            "except ValueError as exc:\n"
            "    print('set', exc)\n",
            CLUSTERSHELL_CFGDIR=str(tmp_path),
        )
        error = "[task.info] fanout: invalid literal for int() with base 10: 'x'"
        assert done.stdout.splitlines() == [
            f"{word} {error}" for word in ("stdin", "fold_axis", "_engine", "set")
        ]
        assert done.stderr == ""

    def test_import_is_cheap(self):
        """The parser alone costs half of a start of Python."""
        done = run(
            "import sys, ClusterShell.Defaults as d; d.DEFAULTS.fanout\n"
            "print('configparser' in sys.modules)",
            CLUSTERSHELL_CFGDIR="/nonexistent",
        )
        assert (done.stdout, done.stderr) == ("False\n", "")

    def test_star_names(self):
        names = {}
        exec("from ClusterShell.Defaults import *", names)
        del names["__builtins__"]
        assert " ".join(sorted(names)) == (
            "CFG_SECTION_ENGINE CFG_SECTION_NODESET CFG_SECTION_TASK_DEFAULT "
            "CFG_SECTION_TASK_INFO ConfigParser DEFAULTS Defaults NoOptionError "
            "NoSectionError config_paths os print_function sys"
        )
        assert names["ConfigParser"] is configparser.ConfigParser
        assert names["DEFAULTS"] is DEFAULTS
        with pytest.raises(AttributeError, match="nothing_such"):
            _ = module.nothing_such


class TestWorkerClasses:
    @pytest.fixture(autouse=True)
    def modules(self, monkeypatch):
        """A worker module outside the package, and one that lacks a library."""
        mine = types.ModuleType("mine")
        mine.WORKER_CLASS = int
        monkeypatch.setitem(sys.modules, "mine", mine)
        within = types.ModuleType("ClusterShell.Worker.Within")
        within.WORKER_CLASS = str
        monkeypatch.setitem(sys.modules, "ClusterShell.Worker.Within", within)
        shadow = types.ModuleType("within")
        shadow.WORKER_CLASS = float
        monkeypatch.setitem(sys.modules, "within", shadow)

    def test_by_module_name(self):
        assert module._load_workerclass("mine") is int

    @pytest.mark.parametrize("name", ["within", "WITHIN", "ClusterShell.Worker.Within"])
    def test_the_package_comes_first_and_has_no_case(self, name):
        assert module._load_workerclass(name) is str

    @pytest.mark.parametrize("name", ["nothing_such", "a_.b", ".ssh", "ssh "])
    def test_unknown(self, name):
        with pytest.raises(ModuleNotFoundError):
            module._load_workerclass(name)

    def test_module_without_worker_class(self):
        with pytest.raises(AttributeError, match="WORKER_CLASS"):
            module._load_workerclass("json")

    def test_missing_library_of_a_worker_module_is_what_is_reported(self, monkeypatch, tmp_path):
        package = types.ModuleType("ClusterShell.Worker")
        package.__path__ = [str(tmp_path)]
        monkeypatch.setitem(sys.modules, "ClusterShell.Worker", package)
        (tmp_path / "Broken.py").write_text("import nothing_such\n")
        with pytest.raises(ModuleNotFoundError, match="nothing_such"):
            module._load_workerclass("broken")

    def test_of_defaults(self):
        defaults = Defaults([])
        defaults.local_workername = "mine"
        defaults.distant_workername = "within"
        assert module._local_workerclass(defaults) is int
        assert module._distant_workerclass(defaults) is str

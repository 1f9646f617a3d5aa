"""Configuration of clush: files, run modes, the command line."""

import pytest

from ClusterShell.CLI.Config import ClushConfig, ClushConfigError
from ClusterShell.CLI.OptionParser import OptionParser


def options(*args):
    parser = OptionParser("usage")
    parser.install_clush_config_options()
    parser.install_connector_options()
    parser.install_display_options(verbose_options=True)
    return parser.parse_args(list(args))[0]


@pytest.fixture
def config(tmp_path):
    def make(text, *args):
        path = tmp_path / "clush.conf"
        path.write_text(text)
        return ClushConfig(options(*args), str(path))

    return make


def test_defaults(tmp_path):
    config = ClushConfig(options(), str(tmp_path / "missing"))
    assert config.parsed == []
    assert (config.fanout, config.connect_timeout, config.command_timeout) == (64, 10.0, 0.0)
    assert (config.verbosity, config.color, config.fd_max) == (1, "", 8192)
    assert (config.node_count, config.maxrc, config.password_prompt) == (True, False, False)
    assert (config.command_prefix, config.ssh_user, config.rcp_path) == ("", None, None)


def test_options_beat_files_and_dash_o_beats_options(config):
    text = "[Main]\nfanout: 3\n"
    assert config(text).fanout == 3
    assert config(text, "-f", "4").fanout == 4
    assert config(text, "-f", "4", "-O", "fanout=5").fanout == 5
    assert config(text, "-f", "0").fanout == 3


def test_mode_beats_all(config):
    text = "[Main]\nfanout: 3\n[mode:m]\nfanout: 7\nssh_path: /x\n"
    made = config(text, "-f", "4")
    made.set_mode("m")
    assert (made.fanout, made.ssh_path) == (7, "/x")


def test_unknown_mode(config):
    with pytest.raises(ClushConfigError, match=r'invalid mode "no" \(available: a b\)'):
        config("[mode:a]\n[mode:b]\n").set_mode("no")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("fanout", "(Config Main.fanout): invalid literal for int() with base 10: 'x'"),
        (
            "connect_timeout",
            "(Config Main.connect_timeout): could not convert string to float: 'x'",
        ),
        ("node_count", "(Config Main.node_count): Not a boolean: x"),
        ("color", "(Config Main.color): choose from ['', 'never', 'always', 'auto']"),
    ],
)
def test_malformed_values(config, setting, message):
    made = config(f"[Main]\n{setting}: x\n")
    with pytest.raises(ClushConfigError) as caught:
        getattr(made, setting)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["fanout", "", "ssh_options=%h"])
def test_malformed_dash_o(config, text):
    with pytest.raises(ClushConfigError, match="invalid -O/--option value"):
        config("[Main]\n", "-O", text)


def test_confdir(config, tmp_path):
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "x.conf").write_text("[mode:x]\n")
    (tmp_path / "a b" / "y.conf.example").write_text("[mode:y]\n")
    made = config("[Main]\nconfdir: '$CFGDIR/a b' /nonexistent\n")
    assert list(made.modes()) == ["x"]
    assert [path.rpartition("/")[2] for path in made.parsed] == ["clush.conf", "x.conf"]


def test_parsers_share_no_default():
    first = options("-O", "a=b")
    assert first.option == ["a=b"]
    assert options().option == []

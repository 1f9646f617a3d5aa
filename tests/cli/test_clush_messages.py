"""What clush and clubak say where the released package says nothing, or nothing of use."""

import pytest

from tests.fixtures.tools import run_tool


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a command with a configuration."""

    def run(command, *args, conf="", text=""):
        (tmp_path / "clush.conf").write_text(conf)
        return run_tool(tmp_path, command, *args, text=text)

    return run


@pytest.fixture
def clush(run):
    return lambda *args, conf="": run("Clush", "-R", "exec", "-w", "n1", *args, conf=conf)


RAN = "n1: x\n"


@pytest.mark.parametrize(
    "args, conf, said",
    [
        (["-O", "fnout=3"], "", 'unknown setting "fnout" (did you mean "fanout"?)'),
        (["-O", "zzz=3"], "", 'unknown setting "zzz"'),
        (
            [],
            "[Main]\nssh_optoins: x\n",
            'unknown setting "ssh_optoins" (did you mean "ssh_options"?)',
        ),
        (
            [],
            "[mode:m]\nfanuot: 3\n",
            'unknown setting "fanuot" in [mode:m] (did you mean "fanout"?)',
        ),
        ([], "[main]\nfanout: 3\n", 'unknown section [main] (did you mean "Main"?)'),
        (["-u", "-5"], "", "-u -5: no time is less than none; there is no limit"),
        (["-t", "-1"], "", "-t -1: no time is less than none; there is no limit"),
    ],
)
def test_warnings(clush, args, conf, said):
    assert clush(*args, "echo x", conf=conf) == (0, RAN, f"WARNING: {said}\n")
    assert clush("-q", *args, "echo x", conf=conf) == (0, RAN, "")


def test_what_is_known_needs_no_warning(clush):
    conf = """[Main]
fanout: 3
confdir: $CFGDIR/none
ssh_user: x
rcp_path: y
[mode:sudo]
password_prompt: no
command_prefix: nice
"""
    assert clush("-t", "1", "-u", "0", "echo x", conf=conf) == (0, RAN, "")


def test_timeouts_below_a_second(run):
    rc, out, err = run("Clush", "-w", "n[1-2]", "-t", "0.1", "-O", "ssh_path=true", "echo")
    assert err == "WARNING: -t 0.1: programs that connect count whole seconds: 1 it is\n"
    assert run("Clush", "-R", "exec", "-w", "n1", "-t", "0.1", "echo x") == (0, RAN, "")


def test_missing_configuration(clush, tmp_path):
    missing = str(tmp_path / "missing")
    reason = "No such file or directory"
    assert clush("--conf", missing, "echo x") == (0, RAN, f"WARNING: --conf: {missing}: {reason}\n")
    rc, out, err = clush("--groupsconf", missing, "echo x")
    assert (rc, out, err) == (0, RAN, f"WARNING: --groupsconf: {missing}: {reason}\n")


def test_no_mode_is_configured(clush):
    rc, out, err = clush("-m", "sudo", "echo x")
    said = 'ERROR: invalid mode "sudo" (available: none, see confdir in clush.conf(5))\n'
    assert (rc, out, err) == (1, "", said)
    rc, out, err = clush("-m", "sudo", "echo x", conf="[mode:a]\n[mode:b]\n")
    assert err == 'ERROR: invalid mode "sudo" (available: a b)\n'


@pytest.mark.parametrize("setting", ["ssh_path", "ssh_options", "command_prefix", "confdir"])
def test_a_quotation_that_is_not_closed_is_named(run, setting):
    rc, out, err = run("Clush", "-w", "n1", "echo", conf=f"[Main]\n{setting}: a 'b\n")
    assert (rc, out, err) == (1, "", f"clush: {setting}: No closing quotation\n")


def test_confdir_that_is_no_folder(clush, tmp_path):
    rc, out, err = clush("echo x", conf="[Main]\nconfdir: $CFGDIR/clush.conf\n")
    said = f"ERROR: Defined confdir {tmp_path}/clush.conf is not a directory\n"
    assert (rc, out, err) == (1, "", said)


def test_comments_in_a_file_of_nodes(run, tmp_path):
    (tmp_path / "nodes").write_text("# all of them\nn1 # the first\nn[2-3]\t#x\n\n#n4\nn#5")
    done = run("Clush", "-R", "exec", "--hostfile", str(tmp_path / "nodes"), "echo %h")
    assert (done[0], sorted(done[1].splitlines()), done[2]) == (
        0,
        ["n#5: n#5", "n1: n1", "n2: n2", "n3: n3"],
        "",
    )


def test_mistyped_options(clush, run):
    for command, word, meant in (
        ("Clush", "--uesr", "--user"),
        ("Clubak", "--regruop", "--regroup"),
        ("Nodeset", "--fodl", "--fold"),
    ):
        rc, out, err = run(command, word)
        assert (rc, out) == (2, "")
        assert err.endswith(f'error: no such option: {word} (did you mean "{meant}"?)\n')
    assert run("Clush", "--zzzzzzz")[2].endswith("error: no such option: --zzzzzzz\n")


def test_lines_without_a_node(run):
    rc, out, err = run("Clubak", text="n1: a\nfoo bar\n")
    assert (rc, out) == (1, "")
    assert err == 'clubak: no separator ":" (see -S) in this line: "foo bar"\n'
    assert run("Clubak", "-S", "->", text="n1: a\n")[2] == (
        'clubak: no separator "->" (see -S) in this line: "n1: a"\n'
    )


@pytest.mark.parametrize(
    "command, args, text",
    [
        ("Clush", ["-R", "exec", "-w", "n[0-99999999999]", "true"], ""),
        ("Clush", ["-R", "exec", "-w", "n[0-99999999999999999999]", "true"], ""),
        ("Clubak", ["--interpret-keys=always"], "n[0-99999999999]: x\n"),
        ("Clubak", ["--interpret-keys=always"], "n[0-99999999999999999999]: x\n"),
        ("Nodeset", ["-e", "n[0-99999999999]"], ""),
        ("Nodeset", ["-c", "n[0-99999999999999999999]"], ""),
        ("Nodeset", ["-f", "-O", "%s-x", "n[0-99999999999]"], ""),
        ("Nodeset", ["-R", "-e", "0-99999999999"], ""),
    ],
)
def test_sets_too_large_to_list(run, command, args, text):
    who = "ERROR" if command == "Nodeset" else command.lower()
    assert run(command, *args, text=text) == (1, "", f"{who}: range too large\n")

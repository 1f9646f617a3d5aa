"""``--sudo``: copies with the rights of root on the nodes."""

import os
import shlex
import shutil
import subprocess
import tarfile

import pytest

from ClusterShell._cli.clush.sudocopy import _pack
from tests.fixtures.accounts import PASSWORD, USER
from tests.fixtures.commands import objects
from tests.fixtures.sshd import running_sshd
from tests.recorded.clush import terminal

#: Stands for sudo: notes that it was asked, and who it was asked for a password.
SUDO = """\
#!/bin/sh
asked=
while :; do
    case $1 in
        -S) asked=yes; shift ;;
        -p) shift 2 ;;
        -n) shift ;;
        *) break ;;
    esac
done
if [ "$asked" ] && ! [ -e {folder}/known ]; then
    IFS= read -r word
    echo "tried" >> {folder}/log
    [ "$word" = "{password}" ] || {{ echo "Sorry, try again." >&2; exit 1; }}
fi
echo "$1" >> {folder}/log
exec "$@"
"""

needs_sudo = pytest.mark.skipif(not shutil.which("sudo"), reason="sudo is not installed")


@pytest.fixture
def sudo(commands):
    """A sudo, a run mode with it, another one that asks, and files to copy."""
    folder = commands.folder
    path = folder / "a sudo"
    path.write_text(SUDO.format(folder=folder, password=PASSWORD))
    path.chmod(0o755)
    quoted = shlex.quote(shlex.quote(str(path)))
    modes = f"[mode:root]\ncommand_prefix: {quoted} -n\n"
    modes += f"[mode:ask]\ncommand_prefix: {quoted} -S -p \"''\"\npassword_prompt: yes\n"
    (commands.config / "clush.conf").write_text(modes)
    (folder / "file").write_bytes(bytes(range(256)) * 3000)
    (folder / "file").chmod(0o640)
    (folder / "a 'tree'" / "sub").mkdir(parents=True)
    (folder / "a 'tree'" / "sub" / "leaf").write_text("leaf")
    (folder / "a 'tree'" / "link").symlink_to("sub/leaf")
    (folder / "to").mkdir()
    return folder


def log(folder):
    """Return what the sudo has noted, and forget it."""
    path = folder / "log"
    lines = path.read_text().splitlines()
    path.unlink()
    return lines


@pytest.fixture(params=["exec", "ssh", "gateways"])
def way(request, commands):
    if request.param == "ssh":
        return commands.over_ssh(request.getfixturevalue("sshd"))
    return commands.tree() if request.param == "gateways" else ("-R", "exec")


def slowly(*names):
    """Return a mark for a test that is short for some ways to nodes only."""
    marks = {"exec": (), "ssh": pytest.mark.slow, "gateways": pytest.mark.slow}
    params = [pytest.param(name, marks=marks[name] if name not in names else ()) for name in marks]
    return pytest.mark.parametrize("way", params, indirect=True)


@pytest.mark.sshd
class TestCopies:
    def test_to_nodes(self, commands, sudo, way):
        args = ("-m", "root", "-w", "n1", "--sudo", "--copy", "file", "a 'tree'")
        assert commands.run("clush", *way, *args, "--dest", f"{sudo}/to") == (0, "", "")
        assert (sudo / "to" / "file").read_bytes() == (sudo / "file").read_bytes()
        assert (sudo / "to" / "file").stat().st_mode & 0o777 == 0o640
        for name in ("sub/leaf", "link"):
            assert (sudo / "to" / "a 'tree'" / name).read_text() == "leaf"
        assert log(sudo) == ["sh", "sh"]

    def test_from_nodes(self, commands, sudo, way):
        args = ("-m", "root", "-w", "n[1-3]", "-v", "--sudo", "--rcopy", f"{sudo}/a 'tree'")
        code, out, err = commands.run("clush", *way, *args, f"{sudo}/file", "--dest", "to")
        assert code == 0
        assert sorted(out.splitlines()) == [
            f"n[1-3]:`{sudo}/a 'tree'' -> `to'",
            f"n[1-3]:`{sudo}/file' -> `to'",
        ]
        for node in ("n1", "n2", "n3"):
            copy = sudo / "to" / f"file.{node}"
            assert copy.read_bytes() == (sudo / "file").read_bytes()
            assert (sudo / "to" / f"a 'tree'.{node}" / "link").read_text() == "leaf"
        assert log(sudo) == ["sh"] * 6

    def test_password(self, commands, sudo, way):
        args = ("-m", "ask", "-w", "n1", "--sudo", "--copy", "file", "--dest", f"{sudo}/to/x")
        code, shown = typed(commands, [*way, *args], PASSWORD)
        assert (code, PASSWORD in shown) == (0, False)
        assert (sudo / "to" / "x").read_bytes() == (sudo / "file").read_bytes()
        assert log(sudo) == ["tried", "true", "tried", "sh"]

    @slowly("ssh")
    def test_wrong_password_is_tried_once(self, commands, sudo, way):
        args = ("-S", "-m", "ask", "-w", "n1", "--sudo", "--copy", "file", "--dest", f"{sudo}/to/x")
        code, shown = typed(commands, [*way, *args], "wrong")
        assert (code, "Traceback" in shown) == (1, False)
        assert shown.count("n1: Sorry, try again.") == 1
        assert log(sudo) == ["tried"]
        assert os.listdir(sudo / "to") == []

    @slowly()
    @pytest.mark.parametrize("word", [PASSWORD, ""])
    def test_password_that_nobody_needs(self, commands, sudo, way, word):
        """What sudo does not read is no part of the copy."""
        (sudo / "known").touch()
        args = ("-m", "ask", "-w", "n1", "--sudo")
        there = ("--copy", "file", "--dest", f"{sudo}/to/x")
        assert typed(commands, [*way, *args, *there], word)[0] == 0
        assert (sudo / "to" / "x").read_bytes() == (sudo / "file").read_bytes()
        back = ("--rcopy", f"{sudo}/to/x", "--dest", "to")
        assert typed(commands, [*way, *args, *back], word)[0] == 0
        assert (sudo / "to" / "x.n1").read_bytes() == (sudo / "file").read_bytes()

    @slowly("gateways")
    def test_failures(self, commands, sudo, way):
        base = (*way, "-m", "root", "-S", "-w", "n1", "--sudo")
        code, _, err = commands.run("clush", *base, "--copy", "file", "--dest", f"{sudo}/no/x")
        assert code == 1
        assert f"n1: cp: cannot create regular file '{sudo}/no/x': No such file" in err
        args = ("--rcopy", f"{sudo}/missing", "--dest", "to")
        code, _, err = commands.run("clush", *base, *args)
        assert code == 2
        assert "n1: tar: missing: Cannot stat: No such file or directory" in err
        assert os.listdir(sudo / "to") == []

    @slowly("gateways")
    def test_json_and_batches(self, commands, sudo, way):
        args = ("-m", "root", "-w", "n[1-3]", "--json", "--batch=1", "--sudo", "--record")
        code, out, err = commands.run(
            "clush", *way, *args, "--rcopy", f"{sudo}/file", "--dest", "to"
        )
        *nodes, summary = objects(out)
        assert (code, err, summary["ok"]) == (0, "", "n[1-3]")
        assert [fields["node"] for fields in nodes] == ["n1", "n2", "n3"]
        assert {fields["source"] for fields in nodes} == {f"{sudo}/file"}


def typed(commands, args, password):
    """Return exit code and what is shown of a clush that asks for a password."""
    words = commands.argv("clush", "--color=never", *args)
    env = {**commands.env, "TERM": "dumb"}
    shown = terminal.Terminal(words, commands.folder, env)
    try:
        shown.wait_for("Password: ")
        shown.type(password + "\n")
        return shown.finish(), shown.output.decode().replace("\r\n", "\n")
    finally:
        shown.close()


class TestPlaces:
    """Where copies go, as with scp."""

    def copy(self, commands, *args):
        return commands.clush("-m", "root", "-w", "n1", "--sudo", *args)

    def test_existing_file_keeps_owner_and_mode(self, commands, sudo):
        there = sudo / "to" / "x"
        there.write_text("a longer text than before")
        there.chmod(0o600)
        before = there.stat().st_ino
        (sudo / "short").write_text("short")
        (sudo / "short").chmod(0o666)
        assert self.copy(commands, "--copy", "short", "--dest", "to/x") == (0, "", "")
        after = there.stat()
        assert (there.read_text(), after.st_mode & 0o777) == ("short", 0o600)
        assert after.st_ino == before

    def test_times_and_modes(self, commands, sudo):
        os.utime(sudo / "file", (10**9, 10**9))
        (sudo / "file").chmod(0o777)
        self.copy(commands, "-p", "--copy", "file", "--dest", "to/kept")
        self.copy(commands, "--copy", "file", "--dest", "to/new")
        kept, new = (sudo / "to" / "kept").stat(), (sudo / "to" / "new").stat()
        assert (kept.st_mtime, kept.st_mode & 0o777) == (10**9, 0o777)
        umask = os.umask(0)
        os.umask(umask)
        assert (new.st_mtime > 10**9, new.st_mode & 0o777) == (True, 0o777 & ~umask)

    def test_names_of_nodes(self, commands, sudo):
        args = ("--copy", "file", "--dest", "to/%h-100%%")
        assert self.copy(commands, *args) == (0, "", "")
        assert os.listdir(sudo / "to") == ["n1-100%"]

    def test_names_of_files(self, commands, sudo):
        names = ["-x", "$(touch bad)", "a;b", '"', "new\nline", "\\", "it's"]
        for name in names:
            (sudo / name).write_text(name)
        args = ("--copy", *(f"./{name}" for name in names), "--dest", "to")
        assert self.copy(commands, *args) == (0, "", "")
        assert sorted(os.listdir(sudo / "to")) == sorted(names)
        args = ("--rcopy", *(f"to/{name}" for name in names), "--dest", "to")
        assert self.copy(commands, *args) == (0, "", "")
        for name in names:
            assert (sudo / "to" / f"{name}.n1").read_text() == name
        odd = "to/" + "".join(names)
        assert self.copy(commands, "--copy", "file", "--dest", odd) == (0, "", "")
        assert (sudo / odd).exists()
        assert not (sudo / "bad").exists()

    def test_contents_of_a_folder(self, commands, sudo):
        args = ("--copy", "a 'tree'/.", "--dest", "to")
        assert self.copy(commands, *args) == (0, "", "")
        assert sorted(os.listdir(sudo / "to")) == ["link", "sub"]

    def test_unreadable_here(self, commands, sudo):
        (sudo / "a 'tree'" / "dangling").symlink_to("nowhere")
        code, out, err = self.copy(commands, "--copy", "a 'tree'", "--dest", "to")
        assert (code, out, log_or_none(sudo)) == (1, "", None)
        assert "dangling" in err and "Traceback" not in err


def log_or_none(folder):
    return log(folder) if (folder / "log").exists() else None


class TestTemporary:
    def test_private_and_gone(self, commands, sudo, tmp_path):
        """While a copy is on its way only its owner can see it, and it leaves nothing."""
        (tmp_path / "staging").mkdir()
        (tmp_path / "staging").chmod(0o777)
        look = tmp_path / "tar"
        look.write_text(
            '#!/bin/sh\nls -ld staging/* >> seen\nPATH=${PATH#*:} tar "$@"; code=$?\n'
            "find staging ! -perm -077 >> found\nexit $code\n"
        )
        look.chmod(0o755)
        env = {"TMPDIR": "staging", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        args = ("-m", "root", "-w", "n1", "--sudo", "--copy", "file", "--dest", "to")
        assert commands.clush(*args, env=env) == (0, "", "")
        assert (tmp_path / "seen").read_text().startswith("drwx------ ")
        assert (sudo / "to" / "file").exists()
        assert os.listdir(tmp_path / "staging") == []

    def test_half_a_copy_is_none(self, commands, sudo, tmp_path):
        (tmp_path / "staging").mkdir()
        with _pack(str(sudo / "file"), "file") as file:
            file.seek(0)
            with tarfile.open(fileobj=file) as archive:
                between = archive.getmembers()[-1].offset
        cut = tmp_path / "tar"
        cut.write_text(f'#!/bin/sh\nhead -c {between} | PATH=${{PATH#*:}} tar "$@"\n')
        cut.chmod(0o755)
        (sudo / "to" / "file").write_text("as before")
        env = {"TMPDIR": "staging", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        args = ("-m", "root", "-w", "n1", "--sudo", "--copy", "file", "--dest", "to")
        code, out, err = commands.clush("-S", *args, env=env)
        assert (code, out) == (1, "")
        assert "n1: clush: the copy has not come whole\n" in err
        assert (sudo / "to" / "file").read_text() == "as before"
        assert os.listdir(tmp_path / "staging") == []


class TestMistakes:
    @pytest.mark.parametrize(
        ("args", "text"),
        [
            (["true"], "--sudo is for copies (for commands see -m and command_prefix)"),
            ([], "--sudo is for copies"),
            (["-R", "pdsh", "--copy", "file"], "--sudo needs a process for each node"),
        ],
    )
    def test_usage(self, commands, sudo, args, text):
        code, out, err = commands.run("clush", "-w", "n1", "--sudo", *args)
        assert (code, out) == (2, "")
        assert text in err

    def test_dry_run(self, commands, sudo):
        args = ("-w", "n1", "--sudo", "--copy", "file", "--dest", "/etc/x", "--dry-run")
        code, out, _ = commands.run("clush", *args)
        assert (code, "copy with sudo: file to /etc/x\n" in out) == (0, True)
        assert "n1 'sudo -n sh -c" in out

    def test_again(self, commands, sudo):
        args = (
            "-m",
            "root",
            "-w",
            "n1",
            "--sudo",
            "--record",
            "--copy",
            "file",
            "--dest",
            "to/a/b",
        )
        commands.clush(*args)
        (sudo / "to" / "a").mkdir()
        assert commands.clush("-m", "root", "--retry-failed")[0] == 0
        assert (sudo / "to" / "a" / "b").exists()
        assert log(sudo) == ["sh", "sh"]


@needs_sudo
@pytest.mark.sshd
@pytest.mark.slow
class TestRealSudo:
    """An ordinary user logs in, whose sudo wants a password."""

    @pytest.fixture
    def server(self, open_folder, accounts):
        settings = "UsePAM yes\n"
        with running_sshd(open_folder, settings=settings, prefix=accounts.command) as server:
            yield server

    def args(self, commands, server):
        mode = "[mode:sudo]\npassword_prompt: yes\ncommand_prefix: /usr/bin/sudo -S -p \"''\"\n"
        (commands.config / "clush.conf").write_text(mode)
        return [*commands.over_ssh(server), "-l", USER, "-w", "n1", "--sudo"]

    def test_there_and_back(self, commands, sudo, server):
        closed = sudo / "closed"
        closed.mkdir(mode=0o700)
        args = [*self.args(commands, server), "-m", "sudo"]
        there = [*args, "--copy", "file", "--dest", f"{closed}/x"]
        assert typed(commands, there, PASSWORD)[0] == 0
        status = (closed / "x").stat()
        assert (status.st_uid, status.st_mode & 0o777) == (0, 0o640)
        back = [*args, "--rcopy", f"{closed}/x", "--dest", "to"]
        assert typed(commands, back, PASSWORD)[0] == 0
        assert (sudo / "to" / "x.n1").read_bytes() == (sudo / "file").read_bytes()

    def test_wrong_and_none(self, commands, sudo, server):
        closed = sudo / "closed"
        closed.mkdir(mode=0o700)
        args = [*self.args(commands, server), "-S", "--copy", "file", "--dest", f"{closed}/x"]
        code, shown = typed(commands, [*args, "-m", "sudo"], "wrong")
        assert (code, shown.count("Sorry, try again.")) == (1, 1)
        code, _, err = commands.run("clush", *args)
        assert (code, err.splitlines()[0]) == (1, "n1: sudo: a password is required")
        assert os.listdir(closed) == []


def test_an_end_leaves_nothing(commands, sudo, tmp_path):
    """What clush does not send to its end is not put in place."""
    (tmp_path / "staging").mkdir()
    (tmp_path / "tar").write_text("#!/bin/sh\necho started >&2; exec sleep 60\n")
    (tmp_path / "tar").chmod(0o755)
    env = {**commands.env, "TMPDIR": "staging", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    args = ["-R", "exec", "-m", "root", "-w", "n1", "--sudo", "--copy", "file", "--dest", "to"]
    done = subprocess.run(
        commands.argv("clush", "-u", "1", *args),
        cwd=sudo,
        env=env,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        text=True,
    )
    assert "clush: n1: command timeout" in done.stderr
    assert os.listdir(sudo / "to") == []

"""Completions: made from the options as they are, and tried in the shells themselves."""

import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import termios
import time

import pytest

from tests import ROOT
from tools.completions import NAMES, made

FILES = made()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_made_from_the_options(path):
    """``python -m tools.completions`` writes them anew."""
    assert path.read_text() == FILES[path]


def needs(shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Groups, a run mode and files of this site; its commands are found first."""
    config = tmp_path / "config"
    (config / "groups.d").mkdir(parents=True)
    (config / "groups.conf").write_text(
        "[Main]\ndefault: site\nautodir: $CFGDIR/groups.d\n"
        "[site]\nmap: echo n[1-3]\nall: echo n[1-3]\nlist: printf 'adm\\ngpu\\n'\n"
    )
    (config / "groups.d" / "racks.yaml").write_text("racks:\n  r1: n[1-2]\n  r2: n3\n")
    (config / "clush.conf").write_text("[Main]\nconfdir: $CFGDIR/modes\n")
    (config / "modes").mkdir()
    (config / "modes" / "m.conf").write_text("[mode:bastion]\nssh_path: ssh\n[mode:quiet]\n")
    (tmp_path / "file one").touch()
    (tmp_path / "file_two").touch()
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    (tmp_path / "home" / ".ssh" / "known_hosts").write_text("knownhost ssh-ed25519 AAAA\n")
    bins = tmp_path / "bin"
    bins.mkdir()
    for command, module in (("clush", "Clush"), ("nodeset", "Nodeset")):
        script = bins / command
        script.write_text(f'#!/bin/sh\nexec {sys.executable} -m ClusterShell.CLI.{module} "$@"\n')
        script.chmod(0o755)
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(config))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", f"{bins}:{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "dumb")
    for name in ("XDG_CONFIG_HOME", "ZDOTDIR", "INPUTRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


START = {
    "bash": (
        ["bash", "--noprofile", "--norc", "-i"],
        "bind 'set show-all-if-ambiguous on'; bind 'set page-completions off';"
        "bind 'set completion-query-items -1'; bind 'set enable-bracketed-paste off';"
        "bind 'set bell-style none'; for c in clush clubak nodeset cluset; do"
        " source {folder}/$c; done; PS1='> '\n",
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; unsetopt prompt_sp beep;"
        "setopt no_always_last_prompt; bindkey -e; LISTMAX=1000; PS1='> '\n",
    ),
}


class Terminal:
    """A shell that somebody types at."""

    def __init__(self, shell):
        argv, start = START[shell]
        # What is typed and not read yet is asked of the shell's end, which stays open here.
        self.fd, self.keys = pty.openpty()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.keys, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.keys, fd)
            os.execvp(argv[0], argv)
        self.ask(start.format(folder=ROOT / "completions" / shell))

    def ask(self, keys):
        """Type *keys*, then leave the line; return what came up to then."""
        os.write(self.fd, keys.encode())
        if not keys.endswith("\n"):
            self.until_quiet()
        os.write(self.fd, b"\x15echo DO''NE\n")
        return self.until(b"DONE\r\n")

    def words(self, keys):
        """Type *keys*; return the words of the line that they made."""
        os.write(self.fd, keys.encode())
        self.until_quiet()
        os.write(self.fd, b"\x01printf '<%s>\\n' \n")
        text = self.ask("\n")
        return [line[1:-1] for line in text.splitlines() if line[:1] == "<" and line[-1:] == ">"]

    def until(self, end):
        """Return the output up to *end*."""
        seen = b""
        limit = time.monotonic() + 60
        while end not in seen:
            ready = select.select([self.fd], [], [], limit - time.monotonic())[0]
            assert ready, seen
            seen += os.read(self.fd, 65536)
        return seen.decode(errors="replace")

    def until_quiet(self):
        """Wait until the shell waits for keys: its terminal is in its hands, nobody else runs."""
        children = f"/proc/{self.pid}/task/{self.pid}/children"
        limit = time.monotonic() + 60
        quiet = 0
        while quiet < 5:
            assert time.monotonic() < limit
            with open(children) as stream, open(f"/proc/{self.pid}/stat") as state:
                idle = not stream.read().strip() and state.read().split(") ")[1][0] == "S"
            unread = struct.unpack("i", fcntl.ioctl(self.keys, termios.FIONREAD, b"\0" * 4))[0]
            quiet = quiet + 1 if idle and not unread else 0
            time.sleep(0.02)

    def close(self):
        os.write(self.fd, b"\x15exit\n")
        os.waitpid(self.pid, 0)
        os.close(self.keys)
        os.close(self.fd)


@pytest.fixture(params=START)
def terminal(request, site):
    needs(request.param)
    if not os.path.exists("/proc/self/task"):
        pytest.skip("no /proc to see in whether the shell waits")
    made = Terminal(request.param)
    yield made
    made.close()


ALONE = [
    ("clush -w @rac\t", ["clush", "-w", "@racks:"]),
    ("clush -w n9,@racks:r\t1", ["clush", "-w", "n9,@racks:r1"]),
    ("clush -w@ad\t", ["clush", "-w@adm"]),
    ("clush -w knownh\t", ["clush", "-w", "knownhost"]),
    ("clush -g gp\t", ["clush", "-g", "gpu"]),
    ("clush -s rac\t", ["clush", "-s", "racks"]),
    ("clush --groupsource=rac\t", ["clush", "--groupsource=racks"]),
    ("clush -m bas\t", ["clush", "-m", "bastion"]),
    ("clush -R pd\t", ["clush", "-R", "pdsh"]),
    ("clush --worker=ex\t", ["clush", "--worker=exec"]),
    ("clush --connect_t\t9", ["clush", "--connect_timeout", "9"]),
    ("clush -O fano\t9", ["clush", "-O", "fanout=9"]),
    ("clush -w n1 --copy file_\t", ["clush", "-w", "n1", "--copy", "file_two"]),
    ("clush -w n1 --copy file\\ \t", ["clush", "-w", "n1", "--copy", "file one"]),
    ("clush --conf file_\t", ["clush", "--conf", "file_two"]),
    ("clush -w n1 unam\t", ["clush", "-w", "n1", "uname"]),
    ("clubak --interp\tauto", ["clubak", "--interpret-keys", "auto"]),
    ("nodeset -f @racks:r1 -x @gp\t", ["nodeset", "-f", "@racks:r1", "-x", "@gpu"]),
    ("cluset --list-so\t", ["cluset", "--list-sources"]),
]


@pytest.mark.slow
def test_one_way_to_go_on(terminal):
    seen = [(keys, terminal.words(keys)) for keys, _ in ALONE]
    # A shell may write a long option and its value in either way.
    assert [(k, " ".join(w).replace("=9", " 9").replace("=auto", " auto")) for k, w in seen] == [
        (k, " ".join(w).replace("=9", " 9").replace("=auto", " auto")) for k, w in ALONE
    ]


LISTS = [
    ("clush -w @racks:", ["r1", "r2"]),
    ("clush -w @", ["@adm", "@gpu", "@racks:", "@site:"]),
    ("clush -w n", ["n1", "n2", "n3"]),
    ("clush -m ", ["bastion", "quiet"]),
    ("clush --color ", ["never", "always", "auto"]),
    ("clush --r", ["--rcopy", "--regroup", "--remote"]),
    ("nodeset -f ", ["@adm", "@racks:", "n1", "n3", "knownhost"]),
]


@pytest.mark.slow
def test_several_ways_to_go_on(terminal):
    for keys, expected in LISTS:
        shown = terminal.ask(keys + "\t\t")
        assert [word for word in expected if word not in shown] == [], (keys, shown)


@pytest.mark.slow
def test_nothing_is_run_or_shown_where_nothing_fits(terminal):
    assert terminal.words("clush -w n1 --fanout zz\t") == ["clush", "-w", "n1", "--fanout", "zz"]
    assert terminal.words("clush -w '@racks:$(touch bad)\t'") == [
        "clush",
        "-w",
        "@racks:$(touch bad)",
    ]
    assert not os.path.exists("bad")


def fish(lines):
    """Return what fish offers for each of *lines*."""
    script = "".join(
        f"source {path}\n" for path in sorted((ROOT / "completions" / "fish").glob("*.fish"))
    )
    for line in lines:
        quoted = line.replace("\\", "\\\\").replace("'", "\\'")
        script += f"echo '== '; complete -C '{quoted}'\n"
    done = subprocess.run(
        ["fish", "--no-config"], input=script, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [
        [offer.split("\t")[0] for offer in block.split("\n") if offer]
        for block in done.stdout.split("== \n")[1:]
    ]


@pytest.mark.slow
def test_fish(site):
    needs("fish")
    alone = [
        (keys.split("\t")[0], wanted) for keys, wanted in ALONE if not keys.startswith("clush -O")
    ]
    offers = fish([keys for keys, _ in alone])
    for (keys, wanted), offered in zip(alone, offers):
        last = wanted[-1] if keys.split()[-1] in wanted[-1] or " " in wanted[-1] else wanted[-2]
        assert [offer for offer in offered if offer.replace("\\", "") == last] != [], (
            keys,
            offered,
        )
    for (keys, wanted), offered in zip(LISTS, fish([keys for keys, _ in LISTS])):
        assert all(any(word in offer for offer in offered) for word in wanted), (keys, offered)


@pytest.mark.parametrize("shell", NAMES)
def test_shells_read_them(shell):
    needs(shell)
    for path in sorted((ROOT / "completions" / shell).iterdir()):
        done = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")

"""What nodeset says to command lines.

A line of the file is one run: the configuration (a directory of ``etc``), arguments and
standard input, and what came out.  The directory is written ``@CFG@`` in texts.
``--add '{"config": "cluster", "args": ["-f", "n1"], "stdin": ""}'`` records one more.
"""

import contextlib
import os
import subprocess
from pathlib import Path

from tests.recorded import Recorder

HERE = Path(__file__).resolve().parent


def environment(config, home):
    """Return the environment that a run has."""
    return {
        "CLUSTERSHELL_CFGDIR": str(HERE / "etc" / config),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
    }


def portable(data, config):
    """Return output as text without the directory of this checkout."""
    text = data.decode("utf-8", "surrogateescape")
    return text.replace(str(HERE / "etc" / config), "@CFG@")


def arguments(run):
    """Return the arguments of a run as the system takes them."""
    config = str(HERE / "etc" / run["config"])
    return [os.fsencode(arg.replace("@CFG@", config)) for arg in run["args"]]


def play(command, run, home):
    """Run a command as a transcript says; return what it did."""
    done = subprocess.run(
        command + arguments(run),
        input=run["stdin"].encode("utf-8", "surrogateescape"),
        capture_output=True,
        env=environment(run["config"], home),
        cwd=home,
        timeout=60,
    )
    return {
        "rc": done.returncode,
        "stdout": portable(done.stdout, run["config"]),
        "stderr": portable(done.stderr, run["config"]),
    }


class Transcripts(Recorder):
    file = "nodeset/transcripts.jsonl"
    keys = ("config", "args", "stdin")
    times = 1

    @contextlib.contextmanager
    def player(self, peer):
        command = [str(Path(peer).with_name("nodeset"))]
        yield lambda case: play(command, case, "/")


RECORDERS = [Transcripts()]

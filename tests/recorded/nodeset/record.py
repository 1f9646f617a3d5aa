"""Record what the released nodeset says to the command lines of transcripts.json.

    python -m tests.recorded.nodeset.record --peer PYTHON [--add CONFIG ARGS...] [--stdin TEXT]

``--peer`` is the interpreter of an environment with ClusterShell 1.10.1.  Each
line of transcripts.json is one run: the configuration (a directory of ``etc``),
arguments and standard input, and what came out.  The directory is written
``@CFG@`` in texts.
"""

import argparse
import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRANSCRIPTS = HERE / "transcripts.json"


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
    """Run a command as a transcript says; return the transcript of what it did."""
    done = subprocess.run(
        command + arguments(run),
        input=run["stdin"].encode("utf-8", "surrogateescape"),
        capture_output=True,
        env=environment(run["config"], home),
        cwd=home,
        timeout=60,
    )
    return {
        "config": run["config"],
        "args": run["args"],
        "stdin": run["stdin"],
        "rc": done.returncode,
        "stdout": portable(done.stdout, run["config"]),
        "stderr": portable(done.stderr, run["config"]),
    }


def load():
    return [json.loads(line) for line in TRANSCRIPTS.read_text().splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", required=True, help="interpreter with ClusterShell 1.10.1")
    parser.add_argument("--stdin", default="", help="standard input of the run to add")
    parser.add_argument("--add", nargs=argparse.REMAINDER, help="CONFIG ARGS... to record as well")
    options = parser.parse_args()
    runs = load()
    if options.add:
        config, *args = options.add
        runs.append({"config": config, "args": args, "stdin": options.stdin})
    command = [str(Path(options.peer).parent / "nodeset")]
    lines = [json.dumps(play(command, run, "/")) for run in runs]
    TRANSCRIPTS.write_text("\n".join(lines) + "\n")
    print(f"{len(runs)} runs recorded")


if __name__ == "__main__":
    main()

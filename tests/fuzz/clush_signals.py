"""Signals that come while a user is attended and output never ends: none may be lost.

    python -m tests.fuzz.clush_signals [--count N] [--seed N]

Each run starts clush in a terminal, sends it a signal within its first half second of
output, and waits for the end that the signal asks for.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
from pathlib import Path

from tests.recorded.clush import terminal, world

START = "import sys; sys.argv[0] = 'clush'; from ClusterShell.CLI.Clush import main; main()"

#: How each is sent, and the exit codes it may lead to.
SIGNALS = {"SIGINT": (130,), "SIGTERM": (-signal.SIGTERM,), "SIGHUP": (-signal.SIGHUP,)}

DISPLAYS = ([], ["-b"], ["-L"], ["-bL"], ["-P"], ["-v"])


def run(base, name, display, delay, session):
    """Return None if the signal has ended clush as it should, else what has come of it."""
    args = ["-R", "exec", "-w", "n[1-3]", *display]
    # What is gathered is shown at the end: not too much of it.
    live = display in ([], ["-P"], ["-v"])
    command = "yes | head -c 50000000" if live else "seq 20000; exec sleep 60"
    shown = terminal.Terminal(
        [sys.executable, "-c", START, *args, *([] if session else [command])],
        world.make(base),
        world.environment(base),
    )
    try:
        if session:
            shown.wait_for("clush> ")
            shown.pause(0.1)
            shown.type(command + "\n")
        elif live:
            shown.wait_for("y")
        else:
            shown.pause(0.5)  # it listens to signals by then
        shown.pause(delay)
        if name == "SIGINT" and not session:
            shown.type("\x03")
        else:
            os.kill(shown.process.pid, getattr(signal, name))
        if session and name == "SIGINT":
            shown.wait_for("clush> ")
            shown.pause(0.1)
            shown.type("quit\n")
        # Of a signal that is lost the exit code tells, or that it never ends.
        code = shown.finish(40)
    except AssertionError as exc:
        return f"lost: {str(exc)[-200:]}"
    finally:
        shown.close()
    wanted = (0,) if session and name == "SIGINT" else SIGNALS[name]
    text = shown.output.decode("utf-8", "replace")
    if code not in wanted or "Traceback" in text:
        return f"exit code {code}: {text[-300:]!r}"
    if name == "SIGINT" and text.count("Keyboard interrupt") != 1:
        return f"told {text.count('Keyboard interrupt')} times: {text[-300:]!r}"
    return None


def faults(count, seed):
    """Yield what went wrong in *count* runs, a line each."""
    chance = random.Random(seed)
    for number in range(count):
        name, display = chance.choice(list(SIGNALS)), chance.choice(DISPLAYS)
        delay, session = chance.uniform(0, 0.5), chance.random() < 0.3
        with tempfile.TemporaryDirectory() as base:
            fault = run(Path(base), name, display, delay, session)
        if fault:
            yield f"{number} {name} {display} {delay:.3f} {'session' if session else ''}: {fault}"


def main():
    """Run; exit with 1 if a signal was lost."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = 0
    for text in faults(options.count, options.seed):
        found += 1
        print(text, flush=True)
    print(f"{options.count} runs, {found} faults")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()

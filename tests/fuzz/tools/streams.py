"""Compare nodeset and clubak with the released package on streams of every kind.

    python -m tests.fuzz.tools.streams --peer PYTHON [--part 1/20]

runs command lines with standard input, output and error each a pipe, a file,
the null device, closed, a terminal, a pipe that does not block, a full disk,
a socket or what cannot be read or written, and prints counts: equal, the
same but for a reason that is given, and the runs that differ without.
"""

import random
import sys
import tempfile
from pathlib import Path

from tests.fuzz.tools import processes
from tests.fuzz.tools.differences import reason, run_command

NODESET = [
    ["-f"], ["-f", "-"], ["-e", "n[1-3]"], ["-e", "n[1-30000]"], ["-c", "n[1-5]", "-x", "-"],
    ["-l"], ["-ll"], ["--list-sources"], ["-r", "n1"], ["-f", "n["], ["-fz"], [], ["--help"],
    ["--contiguous", "-f", "n[1-20000/2]"], ["-f", "n\x1b[1]"], ["-d", "-f", "@adm"],
]  # fmt: skip
CLUBAK = [
    [],
    ["-b"],
    ["-L"],
    ["-v"],
    ["-bd"],
    ["--color=auto", "-b"],
    ["--color=always"],
    ["-z"],
    ["-T"],
]
WORDS = "n[1-5] n9 # n10\nn11\n"
LINES = "n1: a\nn2: \x1b[31ma\nn3: b\n"


def cases():
    """Return all cases."""
    found = []
    for command, lines, text in (("Nodeset", NODESET, WORDS), ("Clubak", CLUBAK, LINES)):
        for args in lines:
            case = {"command": command, "args": args, "stdin": text}
            found += [{**case, "stdin_kind": kind} for kind in processes.INPUTS]
            for out in processes.OUTPUTS:
                found += [{**case, "stdout": out, "stderr": err} for err in processes.OUTPUTS]
            found += [{**case, "stdin_kind": kind} for kind in processes.ODD_INPUTS]
            for kind in processes.ODD_OUTPUTS:
                found += [{**case, "stdout": kind}, {**case, "stderr": kind}]
    return found


REASONS = {
    "an error of standard output is left to the interpreter by the released package": (
        lambda case, ours, peer: (
            case.get("stdout") in ("full", *processes.ODD_OUTPUTS)
            and [peer[0], ours[0], ours[1]] == [120, 1, ""]
        )
    ),
    "with standard error closed the released nodeset writes errors to a full disk": (
        lambda case, ours, peer: (
            [case.get("stdout"), case.get("stderr")] == ["full", "closed"]
            and [ours, peer] == [[2, "", ""], [120, "", ""]]
        )
    ),
    "without standard error the released clubak fails": lambda case, ours, peer: (
        case["command"] == "Clubak"
        and case.get("stderr") in ("closed", "full", *processes.ODD_OUTPUTS)
        and peer[0] in (1, 120)
        and peer[2] == ""
        and ours[1].startswith(peer[1])
    ),
    "with standard error closed the released nodeset fails to say what is wrong": (
        lambda case, ours, peer: (
            case.get("stderr") == "closed" and ours == [2, "", ""] and peer == [1, "", ""]
        )
    ),
    "input that has nothing yet is waited for": lambda case, ours, peer: (
        case.get("stdin_kind") == "nonblocking"
    ),
    "output that does not block is written whole": lambda case, ours, peer: (
        case.get("stdout") == "nonblocking" and len(ours[1]) > len(peer[1])
    ),
    "a terminal gets no control characters": lambda case, ours, peer: (
        "terminal" in (case.get("stdout"), case.get("stderr"))
        and "\x1b[31m" in peer[1] + peer[2]
        or "n\x1b[1]" in case["args"]
    ),
    "help is worded otherwise": lambda case, ours, peer: (
        case["args"] == ["--help"] and ours[0] == peer[0]
    ),
    "closed streams are named": lambda case, ours, peer: (
        " is closed" in ours[2] and ours[0] == peer[0]
    ),
}


def compare(peer, part, seed, show):
    """Compare; return how many runs there were, by what came of them."""
    chosen = cases()
    if part != 1:
        chosen = random.Random(seed).sample(chosen, int(len(chosen) * part))
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "groups.conf").write_text("[Main]\nautodir: $CFGDIR\n")
        (Path(folder) / "groups.yaml").write_text("roles: {adm: n1, io: 'n[2-3]'}\n")
        for case in chosen:
            ours, peers = (processes.run(py, case, folder) for py in (sys.executable, peer))
            why = reason(case, ours, peers, REASONS)
            if why is None:
                show(
                    f"{case}\n  {[str(x)[:300] for x in ours]}\n  {[str(x)[-300:] for x in peers]}"
                )
                why = "unexplained"
            counts[why or "equal"] = counts.get(why or "equal", 0) + 1
    return counts


if __name__ == "__main__":
    run_command(compare, __doc__)

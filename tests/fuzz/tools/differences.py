"""Where the tools differ from the released package on purpose: what is ours, and why."""

import argparse
import os
import re
import sys

#: What ours says beyond the released package (doc/differences.md), taken away before comparing.
ADDED = re.compile(
    r"^(?:clush: |clubak: |nodeset: )?WARNING: "
    r"(?:--conf: |--groupsconf: |--split=-|group |unknown se|-[tu] \S+: |\S+ is taken as a node: )"
    r".*\r?\n"
    r"|^DEBUG:ClusterShell\._accel:.*\n"
    r'| \((?:in the answer to @\S+|group source "[^"]*"|did you mean "\S+"\?)\)(?=\r?$)',
    re.MULTILINE,
)

#: Texts of ours in place of one of the released package's, the same for the comparison.
TEXTS = [
    (re.compile(r"ERROR: \S+ needs a node set after it"), "ERROR: pop from empty list"),
    (
        re.compile(r'no separator "(?:.|\n)*?" \(see -S\) in this line:'),
        "not enough values to unpack (expected 2, got 1):",
    ),
    (re.compile(r"available: none, see confdir in clush.conf\(5\)"), "available: "),
    (
        re.compile(r"^(\w+: |ERROR: )\w+: No closing quotation", re.MULTILINE),
        r"\1No closing quotation",
    ),
    (re.compile(r"(upcall defined for group source) \S+"), r"\1 NAME"),
    (
        re.compile(r"^(nodeset|clubak|clush) 1\.10\.1.*\n(kernels: .*\n)?", re.MULTILINE),
        r"\1 1.10.1\n",
    ),
]


def common(text):
    """Return a text without what is only ours, or only a matter of versions."""
    text = ADDED.sub("", text)
    for pattern, replacement in TEXTS:
        text = pattern.sub(replacement, text)
    return text.replace("format: a number is", "format: a real number is")


#: Reasons for a difference: predicates of (case, ours, peer); answers are (code, out, err).
REASONS = {
    "the released package ends with a traceback": lambda case, ours, peer: (
        "Traceback" in peer[2] and "Traceback" not in ours[2]
    ),
    "both write without end until they are ended": lambda case, ours, peer: (
        ours[0] == peer[0] == -9 and len(ours[1]) > 10_000 < len(peer[1])
    ),
    "with standard error closed, the released package writes errors to standard output": (
        lambda case, ours, peer: (
            case.get("stderr") == "closed"
            and (ours[0] == peer[0] or [ours[0], peer[0]] == [2, 1])
            and ours[1] == ""
            and peer[1].startswith(("Usage: ", "nodeset: ", "clubak: ", "ERROR: ", "WARNING: "))
        )
    ),
}


def reason(case, ours, peer, reasons):
    """Return why answers may differ, None where no reason is known, "" where they do not."""
    if [ours[0], *map(common, ours[1:])] == [peer[0], *map(common, peer[1:])]:
        return ""
    for text, applies in {**REASONS, **reasons}.items():
        if applies(case, ours, peer):
            return text
    return None


def run_command(compare, doc):
    """Run a command that compares; print how often what came of it.

    :param compare: called with the peer's Python, a share of the cases, a seed and print
    :param doc: what the command says of itself
    """
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    parser.add_argument("--part", default="1", help="share of the cases, such as 1/20")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.peer:
        parser.error("--peer PYTHON is needed")
    numerator, _, denominator = options.part.partition("/")
    part = int(numerator) / int(denominator or 1)
    counts = compare(options.peer, part, options.seed, print)
    for why, count in sorted(counts.items(), key=lambda item: -item[1]):
        print(f"{count:6d}  {why}")
    sys.exit("unexplained" in counts)

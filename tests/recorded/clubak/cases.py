"""What clubak is asked in the recorded transcripts: arguments and inputs.

Text stands for bytes as with the error handler surrogateescape.  GROUPS in an
argument stands for the directory of this file.
"""

from itertools import combinations

#: Nodes, node sets and nD nodes, with output that is partly the same.
USUAL = (
    "n1: Linux\nn2: Linux\nn10: Linux\nn[3-4]: Linux\nn4: tainted\nn2: \nn1:4.18\n"
    "n10:4.18\nlogin1: Linux\nx1y[1-2]: Linux\nx2y1: other\nn3:  indented\nn3: a:b\n"
    "x2y2: other\nn01: padded\n"
)
PLAIN = "n2: b\nn1: a\nn10: a\nn1: c\nn10: c\n"
DEEP = (
    "n1:a\nn1:b\nn1:c\nn1:d\nn1:x\nn2:a\nn2:b\nn2:c\nn2:e\nn3:a\nn3:q\nn4:z\nn1:y\nn5:a\nn5:b\n"
    "n5:c\nn5:d\nn5:x\nn5:k\n"
)
#: Two trees under one root: where the second parts is as deep as in the first.
FOREST = "n1:q\nn2:q\nn1:q\nn2:q\nn1:r\nn2:s\nn3:a\nn4:a\nn5:a\nn3:b\nn4:b\nn5:c\nn3:d\nn4:e\n"
GROUPED = "@small: one\nn3: two\nn4: two\nn2: three\nn9: one\n"
SEPARATED = "n1 -> a: b\nn2 -> a: b\nn[3-4] -> c -> d\n"
RAW = "host one: a\nhost two: b\nn1: c\nn[1-2]: d\nhost one: e\n[odd: f\n"

INPUTS = {
    "usual": USUAL,
    "plain": PLAIN,
    "deep": DEEP,
    "forest": FOREST,
    "grouped": GROUPED,
    "separated": SEPARATED,
    "raw": RAW,
    "empty": "",
}

#: Each option that takes part in pairs, and how the input is chosen for it.
OPTIONS = [
    ["-q"],
    ["-v"],
    ["-d"],
    ["-G"],
    ["-L"],
    ["-N"],
    ["-b"],
    ["-B"],
    ["-r"],
    ["-s", "other"],
    ["--axis=1"],
    ["-S", ":"],
    ["-F"],
    ["-T"],
    ["--interpret-keys=never"],
    ["--interpret-keys=always"],
    ["--color=always"],
    ["--diff"],
]

#: Other spellings and values, alone only.
SPELLINGS = [
    ["-c"],
    ["--dshbak"],
    ["--quiet"],
    ["--verbose"],
    ["--debug"],
    ["--groupbase"],
    ["--regroup"],
    ["--fast"],
    ["--tree"],
    ["--groupsource=other"],
    ["--groupsource", "nothing"],
    ["--groupsconf=GROUPS/groups.conf"],
    ["--separator=:"],
    ["--axis=2"],
    ["--axis=-1"],
    ["--axis=1-2"],
    ["--axis=7"],
    ["--axis=x"],
    ["--axis="],
    ["--interpret-keys=auto"],
    ["--interpret-keys="],
    ["--interpret-keys=perhaps"],
    ["--color=never"],
    ["--color=auto"],
    ["--color="],
    ["--color=perhaps"],
    ["--nothing"],
    ["-P"],
    ["-S"],
    ["argument", "another"],
]

#: Longer combinations, each with the input that shows what they do.
MORE = [
    ("usual", ["-bL", "--color=always"]),
    ("usual", ["-bLN"]),
    ("usual", ["-bqv"]),
    ("usual", ["-b", "-r", "-G", "-s", "other"]),
    ("usual", ["-TLN"]),
    ("usual", ["-T", "-N", "--color=always"]),
    ("deep", ["-T"]),
    ("deep", ["-T", "-L"]),
    ("deep", ["-T", "-N"]),
    ("deep", ["-T", "-L", "-N"]),
    ("deep", ["-T", "-q"]),
    ("deep", ["-T", "--color=always"]),
    ("deep", ["-b"]),
    ("deep", ["--diff"]),
    ("deep", ["--diff", "--color=always"]),
    ("deep", ["-T", "-d"]),
    ("deep", ["-F", "-d"]),
    ("forest", ["-T"]),
    ("forest", ["-TL"]),
    ("raw", ["-F", "-b"]),
    ("raw", ["-F", "--interpret-keys=never", "-b"]),
    ("grouped", []),
    ("grouped", ["-b"]),
    ("grouped", ["-r"]),
    ("grouped", ["-br"]),
    ("grouped", ["-Lr"]),
    ("grouped", ["-brG"]),
    ("grouped", ["-br", "-s", "other"]),
    ("grouped", ["-brG", "-s", "other"]),
    ("grouped", ["-br", "-s", "nothing"]),
    ("grouped", ["-Tr", "-s", "other"]),
    ("grouped", ["-TrL", "-s", "other"]),
    ("grouped", ["--diff", "-r"]),
    ("separated", ["-S", " -> "]),
    ("separated", ["-b", "-S", " -> "]),
    ("separated", ["-bL", "-S", " -> "]),
    ("separated", ["-S", "->"]),
    ("separated", ["-S", "-"]),
    ("separated", ["-S", "="]),
    ("separated", ["-S", ""]),
    ("raw", []),
    ("raw", ["-b"]),
    ("raw", ["-L"]),
    ("raw", ["-bL"]),
    ("raw", ["-v"]),
    ("raw", ["-T"]),
    ("raw", ["--diff"]),
    ("raw", ["--interpret-keys=never"]),
    ("raw", ["--interpret-keys=never", "-b"]),
    ("raw", ["--interpret-keys=always"]),
    ("raw", ["--interpret-keys=always", "-v"]),
    ("empty", []),
    ("empty", ["-b"]),
    ("empty", ["-d"]),
    ("empty", ["-d", "-F"]),
    ("empty", ["-T"]),
    ("empty", ["--diff"]),
]

#: Inputs that are not what clubak is made for: name, input, arguments.
HOSTILE = [
    ("no label", "n1: a\nn2 b\nn3: c\n", []),
    ("no label, shown", "n1: a\nn2 b\nn3: c\n", ["-v"]),
    ("empty line", "n1: a\n\nn3: c\n", ["-b"]),
    ("only spaces", "n1: a\n  \n", ["-b"]),
    ("empty label", ": a\n", ["-b"]),
    ("blank label", "n1: a\n  \t: b\n", ["-b"]),
    ("empty label, uninterpreted", ":a\n", ["-b", "--interpret-keys=never"]),
    ("no final newline", "n1: a\nn2: a", ["-b"]),
    ("no final newline, no label", "n1: a\nn2", ["-b"]),
    ("carriage returns", "n1: a\r\nn2: a\r\r\nn3: a\rb\r\n\rn4: a\n", ["-b"]),
    ("NUL", "n1: a\0b\n\0: c\nn\0z: d\n", ["-b"]),
    ("escapes", "n1: \x1b[31mred\x1b[0m\x07\x08\x7f\n", ["-b"]),
    ("spaces around", "  n1 \t: a \t\n\tn2:\va\f\n", ["-bL"]),
    ("empty text", "n1:\nn2:\nn1:\n", ["-bL"]),
    ("unicode", "n\u00e91: \u00e9\u2028\u0085\U0001f600\nn\u00e92: \u00e9\n", ["-b"]),
    ("unicode separator", "n1\u00e9a\nn2\u00e9b\n", ["-S", "\u00e9"]),
    ("missing bracket", "n[1-2]: a\nn[3: b\n", ["-b", "--interpret-keys=always"]),
    ("bad range", "n[5-1]: a\n", ["-b", "--interpret-keys=always"]),
    ("bad range, lenient", "n[5-1]: a\nn[5-1]: b\n", ["-b"]),
    ("operators", "n[1-5]!n2: a\nn[1-5]^n[4-8]: b\n", ["-b"]),
    ("wildcard", "*: a\n", ["-b"]),
    ("many fields", "n1: " + "a:" * 500 + "\n", ["-L"]),
    ("long label", "n" * 3000 + "1: a\n", ["-b"]),
    ("format directives", "n1: %s %d %(x)s {0}\n", ["-b", "--color=always"]),
    ("dashes", "n1: ---------------\nn1: n2\nn1: ---------------\n", ["-b"]),
    ("diff look-alikes", "n1: a\nn2:++ b\nn2:-- c\nn2:@@ d\n", ["--diff", "--color=always"]),
    ("dot names", "..: a\n.: b\n-x: c\n", ["-b"]),
    ("shell text", "n1;id: a\n$(id): b\n`id`: c\n", ["-b"]),
    ("quotes", "'n1': a\n\"n2\": b\n", ["-b"]),
]


def cases():
    """Yield (name, arguments, input) of all transcripts."""
    for name in ("usual", "plain"):
        yield f"no option, {name}", [], INPUTS[name]
    for option in OPTIONS + SPELLINGS:
        yield f"{' '.join(option)}", option, USUAL
    for one, other in combinations(OPTIONS, 2):
        yield f"{' '.join(one)} {' '.join(other)}", one + other, USUAL
    for name, args in MORE:
        yield f"{name} {' '.join(args)}", args, INPUTS[name]
    for name, text, args in HOSTILE:
        yield f"hostile: {name}", args, text

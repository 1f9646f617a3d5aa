"""Names in shell commands: exact text for ordinary names, no way out of quotes for any."""

import json
import random
import re
import shutil
import subprocess
import sys

import pytest

from ClusterShell._shell.scan import Context
from ClusterShell._shell.template import (
    Refusal,
    ShellTemplate,
    Slot,
    UnsafeValueError,
    split_slots,
)

PATTERN = re.compile(r"%(?:(?P<literal>%)|\{(?P<braced>\w+)\}|(?P<slot>[hn]))")
B, S, D, O = Context.BARE, Context.SINGLE, Context.DOUBLE, Context.OPAQUE  # noqa: E741


def template(text):
    return ShellTemplate(split_slots(text, PATTERN))


def fill(text, value, **kwargs):
    return template(text).substitute({"h": value}, **kwargs)


def test_parts():
    parts = split_slots("a %h%% %{x} %n", PATTERN)
    assert parts == ["a ", Slot("h", "%h"), "", "%", " %{x} ", Slot("n", "%n"), ""]
    shell = ShellTemplate(parts)
    assert [slot.name for slot in shell.slots] == ["h", "n"]
    assert shell.substitute({"h": "n1", "n": 3}) == "a n1% %{x} 3"


def test_missing_value():
    with pytest.raises(KeyError):
        template("echo %h").substitute({"n": 1})


@pytest.mark.parametrize(
    "text, contexts",
    [
        ("ping %h", [B]),
        ("ping '%h' \"%h\"", [S, D]),
        ("a \"'%h'\" '\"%h\"'", [D, S]),
        ("a \\%h \"\\%h\" '\\%h'", [O, O, S]),
        ('a \\\\%h "\\\\%h"', [B, D]),
        ("a \\'%h \\\"%h", [B, B]),
        ("a `b %h` %h", [O, B]),
        ("a `b \\`%h\\`` %h", [O, O]),
        ('a "$(b %h "%h" \'%h\')" %h', [B, D, S, B]),
        ('a "$(b $(c %h) %h)%h"', [B, B, D]),
        ("a ${x:-%h} %h", [O, B]),
        ("a ${x} '%h' \"${y:-/z}\" %h", [S, B]),
        ('a "${x:-"%h"}" %h', [O, O]),
        ("a $((1+%h)) %h", [O, O]),
        ("a $%h \"$%h\" '$%h'", [O, O, S]),
        ("a $'%h'", [O]),
        ('a $"%h"', [O]),
        ('a "$"%h', [B]),
        ("a <<X\n%h\nX", [O]),
        ("a # it's %h\nb %h", [O, B]),
        ("a x#'%h' %h", [S, B]),
        ("case %h in x) b %h;; esac", [O, O]),
        ('a "$(case x in x) b %h;; esac)"', [O]),
        ("(a %h; b '%h')", [B, S]),
        ("a ) %h", [O]),
        ("a (%h", [O]),
        ("a '%h", [O]),
        ('a "%h', [O]),
        ("x=(a '%h') %h", [S, B]),
        ("a 2>&1 >x%h", [B]),
        ("a 2>&1%h '%h'", [O, O]),
    ],
)
def test_context(text, contexts):
    assert [place.context for place in template(text).places] == contexts


@pytest.mark.parametrize("value", ["n1", "n[1-3,5]", "a.b-c_d:e+f", "fe80::1%eth0", "a b", "nœud٣"])
@pytest.mark.parametrize(
    "text",
    ["ping %h", "a '%h' \"%h\" `%h` ${x:-%h}", "sed 's/%h:/x/'", "sh -c 'ping %h'", "%h", "x=%h"],
)
def test_ordinary_names_as_they_are(text, value):
    assert fill(text, value) == text.replace("%h", value)


@pytest.mark.parametrize("value", ["tier=gold", "a=b=c", "x.y-1=z:2"])
@pytest.mark.parametrize(
    "text",
    ["sed -n 's/^%h:\\(.*\\)/\\1/p' f", "ping '%h' \"%h\" %h", "sh -c 'a %h'", "x=%h; b"],
)
def test_equals_signs_between_other_characters_as_they_are(text, value):
    assert fill(text, value) == text.replace("%h", value)


@pytest.mark.parametrize(
    "text, quoted",
    [
        ("ping %h", """ping '$a"b'\\''c`\\'"""),
        ("ping '%h'", """ping '$a"b'\\''c`\\'"""),
        ('ping "%h"', """ping "\\$a\\"b'c\\`\\\\\""""),
    ],
)
def test_quoted_for_the_place(text, quoted):
    assert fill(text, "$a\"b'c`\\") == quoted


@pytest.mark.parametrize(
    "text, value, reason",
    [
        ("ping %h", "a\nb", Refusal.CONTROL),
        ("ping %h", "a\x1b[2J", Refusal.CONTROL),
        ("ping %h", "a\0b", Refusal.CONTROL),
        ("ping %h", "-oProxyCommand=x", Refusal.OPTION),
        ("ping '%h'", "-x", Refusal.OPTION),
        ('ping "%h"', "-x", Refusal.OPTION),
        ("ping %h", "a -x", Refusal.OPTION),
        ("ping %n%h", "-x", Refusal.OPTION),
        ("sed 's/^%h:/x/p'", "-x", Refusal.OPTION),
        ("sed 's/^%h:/x/p'", "a/e touch x;", Refusal.REREAD),
        ("bash -c 'ping %h'", "a;b", Refusal.REREAD),
        ("sh -c %h", "a;b", Refusal.REREAD),
        ("/usr/bin/ssh gw ping %h", "a;b", Refusal.REREAD),
        ("echo %h | sh", "a;b", Refusal.REREAD),
        ("jq '.[\"%h\"]'", 'a"]', Refusal.REREAD),
        ("x=%h; b", "a;b", None),
        ("%h x", "a@b", Refusal.REREAD),
        ("a && %h x", "a@b", Refusal.REREAD),
        ("if true; then %h; fi", "a@b", Refusal.REREAD),
        ("X=1 %h x", "a@b", Refusal.REREAD),
        ("for n in %h; do a $n; done", "a@b", Refusal.REREAD),
        ("a `b %h`", "a;b", Refusal.OPAQUE),
        ("%h cmd", "a=b", Refusal.ASSIGNMENT),
        ("'%h' cmd", "a=b", Refusal.ASSIGNMENT),
        ("x; X%h cmd", "a=b", Refusal.ASSIGNMENT),
        ("env x=%h cmd", "a=b", Refusal.ASSIGNMENT),
        ("a `%h cmd`", "a=b", Refusal.ASSIGNMENT),
        ("sed s/x/%h/", "=b", Refusal.REREAD),
        ("sed s/x/%h/", "b=", Refusal.REREAD),
        ("a > /tmp/%h", "../x", Refusal.PATH),
        ("a >%h", "b/c", Refusal.PATH),
        ("cat /d/%h/f", "..", Refusal.PATH),
    ],
)
def test_refused(text, value, reason):
    if reason is None:
        reason = Refusal.REREAD
    with pytest.raises(UnsafeValueError) as info:
        template(text).substitute({"h": value, "n": ""})
    assert info.value.reason is reason
    assert info.value.value == value
    assert repr(value) in str(info.value) and "%h" in str(info.value)


@pytest.mark.parametrize(
    "text, value",
    [
        ("ping --host=%h", "-x"),
        ("ping 'x-%h'", "-x"),
        ("timeout 5 ping %h", "user@host"),
        ("jq --arg g \"%h\" '.[$g] | x'", "a;b"),
        ("a %h", "b/c"),
        ("a >x %h", "b@c"),
        ("a 2>&1 %h", "b@c"),
    ],
)
def test_legitimate_uses(text, value):
    quoted = value if re.fullmatch(r"[\w-]*", value) else "'" + value + "'"
    expected = text.replace('"%h"', '"' + value + '"').replace("%h", quoted)
    if "'x-%h'" in text:
        expected = "ping 'x--x'"
    assert fill(text, value) == expected


def test_unsafe_names_still_quotes():
    assert fill("sed 's/%h/x/'", "a'b;c", unsafe_names=True) == "sed 's/a'\\''b;c/x/'"
    assert fill("ping %h", "-x", unsafe_names=True) == "ping -x"
    assert fill("ping %h", "a\nb", unsafe_names=True) == "ping 'a\nb'"
    with pytest.raises(UnsafeValueError):
        fill("a `b %h`", "a;b", unsafe_names=True)
    with pytest.raises(UnsafeValueError):
        fill("a %h", "a\0b", unsafe_names=True)


# Pieces of commands; joined at random they reach nestings nobody writes down.
PIECES = [
    " ", " ", " ", "%h", "%h", "%h", "'", "'", '"', '"', "`", "`", "\\", "$", "$(", ")", "(",
    "${x:-", "}", "a", "x=", ";", "|", "#", "\n", "{", "$x", "show ", "show '%h' ",
    'show "%h" ', "show %h ", '"$(show %h)"', "case ", "esac", " in ", "<<", "$((", "))",
    "!", "&>", ">", "[ ", ">&2", ">&",
]  # fmt: skip
HOSTILE = [
    ";touch {c};", "$(touch {c})", "`touch {c}`", "';touch {c};'", '";touch {c};"', "|touch {c}|",
    "x[$(touch {c})]", "\\';touch {c};\\'", ")touch {c};(", "}};touch {c};{{", "&touch {c}&",
    "'\"'\"`touch {c}`\"'\"'",
    "$'\\x27;touch {c};'", "\\$(touch {c})\\", "#';touch {c};'", "x');touch {c};('",
    '\\";touch {c};\\"',
]  # fmt: skip


def shells():
    return [path for path in map(shutil.which, ("dash", "bash")) if path]


def run(shell, directory, command):
    return subprocess.run(
        [shell, "-c", command],
        cwd=directory,
        env={"PATH": f"{directory}/bin:/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
    )


@pytest.fixture
def arena(tmp_path):
    """A directory with a command ``show`` that prints its arguments as JSON."""
    (tmp_path / "bin").mkdir()
    show = tmp_path / "bin" / "show"
    show.write_text(f"#!{sys.executable} -IS\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    show.chmod(0o755)
    return tmp_path


def injections(directory, shell, seed, count):
    """Fill random commands with hostile values; return those that acted."""
    rng = random.Random(seed)
    canary = directory / "canary"
    found = []
    tried = 0
    while tried < count:
        pieces = [rng.choice(PIECES) for _ in range(rng.randint(1, 9))]
        text = "show " + "".join(pieces)
        value = rng.choice(HOSTILE).format(c="canary")
        try:
            command = fill(text, value)
        except UnsafeValueError:
            continue
        if "%h" not in text:
            continue
        tried += 1
        run(shell, directory, command)
        if canary.exists():
            canary.unlink()
            found.append((text, value, command))
    return found


@pytest.mark.lengthy
@pytest.mark.parametrize("shell", shells())
def test_no_injection_through_random_commands(arena, shell):
    assert injections(arena, shell, seed=1, count=60) == []


@pytest.mark.slow
@pytest.mark.parametrize("shell", shells())
def test_no_injection_through_many_random_commands(arena, shell):
    assert injections(arena, shell, seed=2, count=1000) == []


@pytest.mark.parametrize("shell", shells())
def test_values_arrive_unchanged(arena, shell):
    value = "$a\"b'c`\\ &;|<>(){}*?~#!=@/^"
    command = fill('show %h \'%h\' "%h" x%h "$(show %h)"', value)
    result = run(shell, arena, command)
    assert result.stderr == b""
    assert json.loads(result.stdout) == [value, value, value, "x" + value, json.dumps([value])]

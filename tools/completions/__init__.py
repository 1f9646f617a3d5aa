"""Completions of the commands for bash, zsh and fish, made from their options.

    python -m tools.completions            write completions/
    python -m tools.completions --check    fail if they are not as the options are now

Each shell has a template beside this file, with what it does for any command;
the options go into it.  What those of fish have in common is a file of theirs,
``completions/fish/clustershell.fish``, which is written by hand.
"""

from __future__ import annotations

import optparse
import re
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "completions"

#: What the operands of a command are.
OPERANDS = {"clush": "command", "clubak": "none", "nodeset": "nodes", "cluset": "nodes"}

#: Commands with the options of another one, for shells that can be told so.
SAME = {"cluset": "nodeset"}

#: The name of the file in which each shell looks for the completion of a command.
NAMES = {"bash": "{}", "zsh": "_{}", "fish": "{}.fish"}

#: What the values of options are, by the name under which the parser keeps them.
KINDS = {
    "nodes": "nodes exclude sub_nodes and_nodes xor_nodes index",
    "groups": "group exgroup",
    "sources": "groupsource",
    "modes": "mode",
    "users": "user",
    "files": "conf groupsconf hostfile topofile dest_path",
    "directories": "outdir errdir",
}
#: Values that are one of some words, or begin with one, where the option does not list them.
WORDS = {
    "worker": ["ssh", "exec", "rsh", "pdsh"],
    "autostep": ["auto"],
    "record": ["yes", "no", "output"],
}


class Choice(NamedTuple):
    """An option as a completion sees it.

    names: its names, short ones first.  kind: what its value is, None without one.
    repeats: whether it may be given more than once.
    """

    names: list[str]
    help: str
    metavar: str
    kind: str | None
    repeats: bool


def parsers() -> dict[str, optparse.OptionParser]:
    """Return the parser of each command."""
    from ClusterShell._cli.clush.setup import add_options
    from ClusterShell.CLI import Clubak, Nodeset
    from ClusterShell.CLI.OptionParser import OptionParser

    return {
        "clush": add_options(OptionParser("%prog")),
        "clubak": Clubak.make_parser(),
        "nodeset": Nodeset.make_parser(),
        "cluset": Nodeset.make_parser(),
    }


def choices(parser: optparse.OptionParser) -> list[Choice]:
    """Return the options of *parser* that ``--help`` shows, in that order."""
    found = list(parser.option_list)
    for group in parser.option_groups:
        found += group.option_list
    return [
        Choice(
            [*option._short_opts, *option._long_opts],
            " ".join((option.help or "").split()),
            (option.metavar or option.dest or "").lower(),
            kind_of(option) if option.takes_value() else None,
            option.action in ("append", "count"),
        )
        for option in found
        if option.help != optparse.SUPPRESS_HELP
    ]


def kind_of(option: optparse.Option) -> str:
    """Return what the value of *option* is: a kind of KINDS, words, or ``none``."""
    dest = option.dest or ""
    if option.choices:
        return " ".join(choice for choice in option.choices if choice)
    if dest in WORDS:
        return " ".join(WORDS[dest])
    if dest == "option":
        from ClusterShell.CLI.Config import ClushConfig

        return " ".join(f"{name}=" for name in sorted(ClushConfig.MAIN_DEFAULTS))
    return next((kind for kind, dests in KINDS.items() if dest in dests.split()), "none")


def bash(options: list[Choice], operands: str) -> dict[str, str]:
    """Return what goes into the template of bash."""
    kinds: dict[str, list[str]] = {}
    for option in options:
        if option.kind is not None:
            kinds.setdefault(option.kind, []).extend(option.names)
    return {
        "kinds": "\n".join(
            f"    {' | '.join(names)}) echo {quoted(kind)} ;;" for kind, names in kinds.items()
        ),
        "options": " ".join(name for option in options for name in option.names),
        "operands": operands,
    }


def zsh(options: list[Choice], operands: str) -> dict[str, str]:
    """Return what goes into the template of zsh: arguments of ``_arguments``."""
    lines = []
    for option in options:
        star = "*" if option.repeats else ""
        text = re.sub(r"([\[\]\\])", r"\\\1", option.help)
        value = "" if option.kind is None else f":{option.metavar}:{zsh_action(option.kind)}"
        once = "" if option.repeats else f"({' '.join(option.names)})"
        for name in option.names:
            ends = ""
            if option.kind is not None:
                ends = "=" if name.startswith("--") else "+"
            lines.append(quoted(f"{once}{star}{name}{ends}[{text}]{value}"))
    lines += {
        "command": ["'*::command:_clustershell_operand'"],
        "nodes": ["'*:nodes:_clustershell_nodes'"],
        "none": [],
    }[operands]
    return {
        "options": " \\\n".join(f"        {line}" for line in lines),
        "stop": "-A '-*' " if operands == "command" else "",
    }


def zsh_action(kind: str) -> str:
    """Return how zsh completes a value of *kind*."""
    if kind in KINDS:
        return {"files": "_files", "directories": "_files -/", "users": "_users"}.get(
            kind, f"_clustershell_{kind}"
        )
    if kind == "none":
        return " "
    if kind.endswith("="):
        return f"compadd -S '' {kind}"
    return f"({kind})"


def fish(options: list[Choice], operands: str, command: str) -> dict[str, str]:
    """Return what goes into the template of fish: one ``complete`` an option, in order of names."""
    lines = []
    for option in sorted(options, key=lambda option: option.names[-1].strip("-")):
        words = [f"complete -c {command}"]
        words += [f"-{'l' if n[1] == '-' else 's'} {n.lstrip('-')}" for n in option.names]
        if option.kind is not None:
            words.append(fish_value(option.kind))
        lines.append(" ".join([*words, "-d", quoted(option.help, fish=True)]))
    lines += {
        "command": [
            f"complete -c {command} -n 'not __clustershell_copies' "
            "-f -a '(__fish_complete_command)'",
            f"complete -c {command} -n __clustershell_copies -F",
        ],
        "nodes": [f"complete -c {command} -f -a '(__clustershell_nodes)'"],
        "none": [f"complete -c {command} -f"],
    }[operands]
    return {"options": "\n".join(lines)}


def fish_value(kind: str) -> str:
    """Return how fish completes a value of *kind*."""
    if kind in ("files", "none"):
        return "-r" if kind == "files" else "-x"
    functions = {
        "directories": "(__fish_complete_directories)",
        "users": "(__fish_complete_users)",
    }
    words = functions.get(kind, f"(__clustershell_{kind})") if kind in KINDS else kind
    return f"-x -a {quoted(words, fish=True)}"


def quoted(text: str, fish: bool = False) -> str:
    """Return *text* between single quotes, for bash and zsh or for fish."""
    if fish:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + text.replace("'", "'\\''") + "'"


def made() -> dict[Path, str]:
    """Return the text of each file below ``completions``."""
    files = {}
    for command, parser in parsers().items():
        options, operands = choices(parser), OPERANDS[command]
        for shell, fields in (
            ("bash", bash(options, operands)),
            ("zsh", zsh(options, operands)),
            ("fish", fish(options, operands, command)),
        ):
            text = (HERE / f"shell.{shell}").read_text()
            if shell == "fish" and command in SAME:
                text = text.partition("\n\n")[0] + "\n\n{{same}}\n"
                fields = {"same": f"complete -c {command} -w {SAME[command]}"}
            for field, value in {"command": command, **fields}.items():
                text = text.replace("{{" + field + "}}", value)
            files[TARGET / shell / NAMES[shell].format(command)] = text
    return files

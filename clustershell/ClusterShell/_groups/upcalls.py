"""Upcalls: the shell commands that answer questions about node groups.

:class:`UpcallText` is a command as an administrator wrote it in groups.conf(5),
with ``$GROUP``, ``$NODE`` and ``$SOURCE`` where names go and ``$CFGDIR`` where
the configuration is; :func:`run` executes the command made from it.
"""

import re
import signal
from collections.abc import Mapping
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Optional

from ClusterShell._shell.template import ShellTemplate, Slot, split_slots


class UpcallFailed(Exception):
    """A command did not give an answer; the text is the command and the reason.

    :ivar output: what it has printed.
    """

    def __init__(self, command: str, reason: str):
        super().__init__(f"{command} ({reason})")
        self.command = command
        self.reason = reason
        self.output = ""


class UpcallExited(UpcallFailed):
    """A command exited with another status than 0; the text is the command."""

    def __init__(self, command: str, status: int, output: str):
        super().__init__(command, f"returned {status}")
        self.args = (command,)
        self.output = output


class BadAnswer(Exception):
    """A command printed what is no answer; the text says what."""


class UpcallText:
    """The text of an upcall, read once.

    :param text: the command.
    :param variables: those it may use; any other ``$word`` is the shell's business and
        stays.  The value of ``CFGDIR`` is part of the command, not a name, and
        goes in as it is; of the others only the names matter here.
    """

    __slots__ = ("_template",)

    def __init__(self, text: str, variables: Mapping[str, object]):
        # As in string.Template: "$$" is a dollar, braces are optional, and the
        # longest word counts ("$GROUPS" is not "$GROUP" and an "S").
        known = "|".join(map(re.escape, variables)) or "(?!)"
        pattern = re.compile(
            rf"\$(?:(?P<literal>\$)|(?P<brace>\{{)?(?P<slot>{known})(?(brace)\}}|(?![A-Za-z0-9_])))"
        )
        parts = [
            str(variables["CFGDIR"]) if isinstance(part, Slot) and part.name == "CFGDIR" else part
            for part in split_slots(text, pattern)
        ]
        self._template = ShellTemplate(parts)

    def command(self, values: Mapping[str, object], unsafe_names: bool = False) -> str:
        """Return the command for these values.

        Raises UnsafeValueError for a name that may not enter a shell command.
        """
        return self._template.substitute(values, unsafe_names)


def run(command: str, cwd: Optional[str], timeout: Optional[float]) -> str:
    """Return what ``command`` prints, without the white space around it.

    The command runs in the directory ``cwd``, reads from the null device and
    writes errors where we do.  Raises UpcallFailed where it exits with another
    status than 0, takes longer than ``timeout`` seconds (None: any time),
    prints what is not text, or cannot be run.
    """
    # A limit is for the command and all it has started: they get a process
    # group of their own.  Without one they share ours, and Ctrl-C with us.
    alone = timeout is not None
    try:
        process = Popen(
            command,
            shell=True,
            cwd=cwd,
            stdin=DEVNULL,
            stdout=PIPE,
            universal_newlines=True,
            start_new_session=alone,
        )
    except (OSError, ValueError) as exc:
        raise UpcallFailed(command, str(exc)) from exc
    with process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except TimeoutExpired:
            _kill(process, alone)
            raise UpcallFailed(command, f"no answer within {timeout:g} s") from None
        except UnicodeDecodeError as exc:
            _kill(process, alone)
            raise UpcallFailed(command, f"prints what is not text: {exc}") from None
        except BaseException:
            _kill(process, alone)
            raise
    output = output.strip()
    if process.returncode != 0:
        raise UpcallExited(command, process.returncode, output)
    return output


def _kill(process: "Popen[str]", alone: bool) -> None:
    """End the command, with all it has started where it is alone in its group."""
    if alone and process.returncode is None:
        import os

        # Not yet waited for, so this number is still its own.
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def read_mapall(output: str) -> "dict[str, str]":
    """Return the nodes of each group of ``group: nodes`` lines.

    Lines of the same group are merged.  Raises BadAnswer for any other line.
    """
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        line = line.strip()
        if not line:
            continue
        group, colon, nodes = line.partition(":")
        words = group.split()
        if not colon or len(words) != 1:
            raise BadAnswer(f"mapall: invalid line {line!r} (expected 'group: nodes')")
        members = found.setdefault(words[0], [])
        nodes = nodes.strip()
        if nodes:
            members.append(nodes)
    return {group: ",".join(members) for group, members in found.items()}

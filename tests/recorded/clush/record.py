"""What clush does: in a pipe, at a terminal, and through sshd."""

import contextlib
import tempfile
from pathlib import Path

from tests.fixtures.sshd import running_sshd
from tests.recorded import Recorder
from tests.recorded.clush import cases, remote, terminal, world


class Clush(Recorder):
    """Runs of a module that has ``run(command, case, base)`` and ``comparable``."""

    def __init__(self, file, module, all_cases):
        self.file = file
        self.module = module
        self.all_cases = all_cases

    def cases(self, peer):
        return self.all_cases()

    def case(self, line):
        return {key: value for key, value in line.items() if key != "result"}

    @contextlib.contextmanager
    def player(self, peer):
        command = [str(Path(peer).with_name("clush"))]

        def play(case):
            with tempfile.TemporaryDirectory(prefix="clush-") as base:
                return {"result": self.run(command, case, base)}

        yield play

    def run(self, command, case, base):
        return self.module.run(command, case, base)

    def comparable(self, case, result):
        return self.module.comparable(case, result["result"])


class Remote(Clush):
    """Runs that have a server."""

    @contextlib.contextmanager
    def player(self, peer):
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            self.server = stack.enter_context(running_sshd(folder))
            yield stack.enter_context(super().player(peer))

    def run(self, command, case, base):
        return self.module.run(command, case, self.server, base)


RECORDERS = [
    Clush("clush/transcripts.jsonl", world, cases.all_cases),
    Clush("clush/sessions.jsonl", terminal, terminal.all_sessions),
    Remote("clush/remote.jsonl", remote, remote.all_cases),
]

"""A measured process: started with the interpreter to measure, asked by JSON lines.

What it and the commands it runs write to standard error is kept aside and told
only when something fails.
"""

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional

from benchmarks.environments import ROOT

#: Lines of standard error that a failure tells.
TOLD = 5


class TookTooLong(Exception):
    """A request was not answered within its time."""


class Failed(Exception):
    """A workload raised on this subject, or the subject ended; the text says what."""


class Process:
    """A subject process and its request channel; see :mod:`benchmarks.subject`."""

    def __init__(
        self,
        python: Path,
        env: Optional[dict[str, str]] = None,
        path: Iterable[Path] = (),
    ) -> None:
        """Start the process.

        path: folders that it imports from, before all others.
        """
        self.python = python
        self.env = env or {}
        self.path = os.pathsep.join(map(str, [*path, ROOT]))
        self._start()

    def _start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("CLUSTERSHELL_")}
        env.update(self.env, PYTHONPATH=self.path, PYTHONHASHSEED="0")
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close())
        self._process = subprocess.Popen(
            [str(self.python), "-m", "benchmarks.subject"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            bufsize=1,
            env=env,
            cwd="/",
            start_new_session=True,
        )

    def ask(self, op: str, limit: float = 600.0, **fields: Any) -> dict[str, Any]:
        """Send one request; return its answer.

        Raises TookTooLong after ``limit`` seconds and Failed when the workload
        raised or its process ended.  But for a workload that raised, the process
        is then replaced by a new one, which has no workload prepared.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        try:
            stdin.write(json.dumps({"op": op, **fields}) + "\n")
            with selectors.DefaultSelector() as selector:
                selector.register(stdout, selectors.EVENT_READ)
                if not selector.select(limit):
                    self.restart()
                    raise TookTooLong(f"{op}: no answer within {limit:g} s")
            answer = json.loads(stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            said = self._said()
            self.restart()
            raise Failed("its process ended" + said) from None
        if "error" in answer:
            raise Failed(answer["error"] + self._said())
        return answer

    def _said(self) -> str:
        """Return the end of what was written to standard error, to add to a message."""
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").split("\n")
        told = [line.rstrip() for line in lines if line.strip()][-TOLD:]
        return "".join(f"\n    {line}" for line in told)

    def restart(self) -> None:
        """Replace the process by a new one."""
        self.close()
        self._start()

    def close(self) -> None:
        """End the process and the commands that it may still run."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 9)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            with contextlib.suppress(BrokenPipeError):  # a request that nobody will read
                assert stream
                stream.close()

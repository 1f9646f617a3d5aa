"""What is going on, and how it ends when it does not end by itself."""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # without its enumerations
import errno
import os
import time

from ClusterShell._cli.clush.report import nodeset
from ClusterShell._cli.clush.signals import GRACE_PERIOD, Endings
from ClusterShell._cli.messages import complain

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


#: What programs find among the defaults of the task of a run, and which attribute it is.
PUBLISHED = {
    "USER_command_prefix": "prefix",
    "USER_handle_SIGUSR1": "attended",
    "USER_history_size": "history_size",
    "USER_interactive": "interactive",
    "USER_password": "password",
    "USER_running": "running",
    "USER_stdin_worker": "forwarded",
}


def progress_of(task: Any) -> tuple[list[str], list[str]]:
    """Return the names of the nodes under way, and of those that wait to be.

    To be called from any thread.
    """
    started: list[str] = []
    waiting: list[str] = []
    # The task's own thread may change the set at any time: a copy is made in one step.
    gateways = set(task.gateways)
    for client in list(task._engine._clients):
        if isinstance(client.key, str) and client.key not in gateways:
            (started if client.registered else waiting).append(client.key)
    if gateways:
        from ClusterShell._tree.gateways import remote_nodes

        started.extend(remote_nodes(task))
    return started, waiting


class _Report:
    """Context in which the results of *run* are shown; see :meth:`Run.report`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._counts = False

    def __enter__(self) -> None:
        run = self._run
        self._counts = not (run.attended or run.endings.asked)
        if self._counts:
            run.reporting = True

    def __exit__(self, kind: object, *_: object) -> None:
        if self._counts:
            self._run.reporting = False
            if kind is None:
                self._run.endings.check()


class Run:
    """The run of the moment, for signals and errors that may come at any time.

    Its attributes are set as soon as there is something to set them to.
    """

    #: Whether a user attends: the task runs in a thread of its own.
    attended = False
    #: Whether commands are typed, and how many of them are kept (-1: all).
    interactive = False
    history_size = -1
    #: Whether the prompt knows more than commands and nodes.
    prompt_extras = False
    #: Whether standard input is forwarded to commands.
    forwarded = False
    #: What is put before every command that is typed.
    prefix = ""
    #: What commands are given before all other input.
    password: str | None = None
    #: Whether a command runs.
    running = False
    #: Seconds that a command may take; -1 for no limit.
    timeout: float = -1
    #: Whether gateways run the commands of nodes behind them.
    remote = True
    #: Whether nodes are reached through gateways.
    tree = False

    def __init__(self) -> None:
        self.task: Any = None
        self.display: Any = None
        self.nodes: Any = None
        self.worker: Any = None
        self.terminal: Any = None
        #: Whether a program has made the task, and set it up.
        self._guest = True
        #: What is done besides showing output, if that is asked for.
        self.extras: Any = None
        #: The exception that has ended the task's thread.
        self.failure: BaseException | None = None
        #: Whether results are being shown: an end waits until they are.
        self.reporting = False
        self.endings = Endings(self._may_raise, self.terminate, self._reads)

    def _reads(self) -> bool:
        return self.terminal is not None and bool(self.terminal.reading)

    def _may_raise(self) -> bool:
        if self.reporting:
            return False
        # Elsewhere the main thread may hold a lock that the task's thread waits for.
        return self._reads() if self.terminal is not None else not self.attended

    def report(self) -> _Report:
        """Return a context in which results are shown, once: an end that is asked for comes after.

        In the thread of a task such ends are not met.
        """
        return _Report(self)

    def host(self, task: Any) -> None:
        """Take *task*, made for this run, and tell it what programs look for there."""
        self.task, self._guest = task, False
        for key, name in PUBLISHED.items():
            task.set_default(key, getattr(self, name))

    def attend(self) -> None:
        """A user attends from now on, to a task in a thread of its own."""
        self.attended = True
        self.task.set_default("USER_handle_SIGUSR1", True)
        self.task.excepthook = self.fail

    def visit(self, task: Any) -> None:
        """Take *task*; one that a program has made brings the settings of its runs along."""
        if self._guest or task is not self.task:
            self.task, self._guest = task, True
            for key, name in PUBLISHED.items():
                setattr(self, name, task.default(key, getattr(Run, name)))

    def begin(self, task: Any) -> None:
        """Take note that a command is about to run in *task*."""
        self.visit(task)
        self._set_running(task, True)

    def over(self, task: Any) -> None:
        """Take note that the command of *task* has ended, and tell who watches the terminal."""
        self._set_running(task, False)
        if self.attended and self.terminal is not None:
            from threading import Thread

            Thread(target=self.terminal.wake, daemon=True).start()

    def _set_running(self, task: Any, running: bool) -> None:
        task.set_default("USER_running", running)
        if task is self.task:
            self.running = running

    def going(self) -> bool:
        """Return whether a command runs."""
        return self.task is not None and self.running

    def exit_code(self, maxrc: bool) -> int:
        """Return the exit code of clush after its runs are over.

        :param maxrc: whether it is to be the largest one of the commands.
        """
        rc = 0
        if maxrc:
            rc = self.task.max_retcode()
            if rc is None or self.task.num_timeout():
                rc = 255
        if self.extras is not None:
            rc = self.extras.exit_code(rc)
        if self.lost:
            return 255 if maxrc else max(rc, 1)
        handler = self.worker.eh if self.worker is not None else None
        files = getattr(handler, "_files", None)
        failed = self.display.failed or (files is not None and files.failed)
        return max(rc, 1) if failed else rc

    @property
    def lost(self) -> bool:
        """Whether there were nodes that could not be given their standard input."""
        flow = getattr(getattr(self.worker, "eh", None), "_flow", None)
        return flow is not None and flow.failed

    def output_failed(self, exc: OSError) -> bool:
        """Take note that output cannot be written; return whether to go on without.

        A reader that has seen enough ends the run, and a terminal that is gone does.
        """
        if exc.errno in (errno.EPIPE, errno.EIO):
            return False
        complain(f"ERROR: {exc}")
        return True

    def fail(self, extype: type, exp: BaseException, traceback: Any) -> None:
        """Hand `exp` over to the main thread; called in the task's thread, which ends by it."""
        self.failure = exp
        self.over(self.task)

    def check(self) -> None:
        """Raise what was asked for by a signal, or has gone wrong in the task's thread."""
        self.endings.check()
        if self.failure is not None:
            raise self.failure

    def replace_task(self) -> None:
        """Put a new task in the place of one that has failed."""
        from ClusterShell.Task import Task

        old, self.failure = self.task, None
        self.task = Task()
        self.task.excepthook = self.fail
        self.task._default.update(old._default)
        self.task._info.update(old._info)

    def end(self) -> None:
        """End the run that Ctrl-C was pressed in; show what it has given so far.

        What a task has is gone when it aborts: it is held still, looked at, and
        aborted then.  Ctrl-C that is pressed meanwhile asks for nothing more, until the caller
        goes on and says that this one is settled.
        """
        from contextlib import suppress

        task, worker = self.task, self.worker
        elsewhere = not task._is_task_self()
        held = self._hold() if elsewhere else True
        unfinished = nodeset(sum(progress_of(task), []))
        if held and worker is not None and hasattr(worker, "iter_retcodes"):
            # One whose end has been told of is not to be named again.
            for _, nodes in worker.iter_retcodes():
                unfinished.difference_update(nodeset(nodes))
        if self.extras is not None and held:
            self.extras.interrupted()
        # It may have ended meanwhile, and been shown, or not have started yet.
        shows = held and self.going() and worker is not None and worker.task is not None
        tells = False
        with suppress(OSError):  # what read our output got Ctrl-C as well
            tells = shows and worker.eh.show_interrupted(worker)
        if worker is not None:
            worker.eh = None
        self._set_running(task, False)
        task.abort()
        if elsewhere:
            task.resume()
            task.join()
        report_interrupt(unfinished if tells else None)

    def _hold(self) -> bool:
        """Hold the task still; return False if the run is over, or does not get going."""
        # What it was asked to start it would start after an abort that comes too early.
        limit = time.monotonic() + GRACE_PERIOD
        while self.going() and time.monotonic() < limit:
            if self.task.suspend():
                return True
            time.sleep(0.005)
        return False

    def abandon(self) -> None:
        """End the commands of the run, and show nothing more."""
        if self.task is None:
            return
        if self.worker is not None:
            self.worker.eh = None
        try:
            if self.task._is_task_self():
                self.task.abort()
            else:
                self._abort_in_time()
        except Exception as exc:
            complain(f"clush: {exc}")
        if self.extras is not None:
            from contextlib import suppress

            with suppress(OSError):  # nobody may be there to be told
                self.extras.interrupted()
        self.kill()

    def _abort_in_time(self) -> None:
        """Abort the task, which its thread may be kept from."""
        from threading import Thread

        waiter = Thread(target=self.task.abort, daemon=True)
        waiter.start()
        waiter.join(GRACE_PERIOD)

    def kill(self) -> None:
        """Kill the processes of all commands; may be called at any time."""
        if self.task is None:
            return
        for client in list(self.task._engine._clients):
            process = getattr(client, "popen", None)
            if process is not None:
                process.kill()

    def terminate(self, signum: int) -> None:
        """End the program as signal `signum` does, and all commands with it."""
        self.kill()
        if signum == signal.SIGINT:
            try:  # noqa: SIM105 (nothing is loaded here)
                os.write(2, b"Keyboard interrupt.\n")
            except OSError:
                pass
            os._exit(128 + signum)
        signal.signal(signum, signal.SIG_DFL)
        os.kill(os.getpid(), signum)


def report_interrupt(unfinished: Any = None) -> None:
    """Say that Ctrl-C was pressed, and which nodes had not finished."""
    where = f" ({unfinished} did not complete)" if unfinished else ""
    complain(f"Keyboard interrupt{where}.")

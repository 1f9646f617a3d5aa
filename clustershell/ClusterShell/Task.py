"""Tasks: schedule commands on many nodes, run them in parallel, get their results.

>>> from ClusterShell.Task import task_self
>>> task = task_self()
>>> worker = task.run("echo ready")
>>> worker.read()
b'ready'
>>> task.max_retcode()
0

A task belongs to one thread, which runs its loop; :func:`task_self` gives that of the
calling thread.  Results of a run are kept until the next.
"""

from __future__ import annotations

import os
import sys
import threading

from ClusterShell._lazy import import_module, lazy_names
from ClusterShell._task.gate import Gate
from ClusterShell._task.gateways import GatewayVerbs
from ClusterShell._task.ledger import Ledger, LedgerVerbs
from ClusterShell._task.requests import RequestHandler, in_task_thread, serve_all
from ClusterShell.Defaults import DEFAULTS, _load_workerclass, config_paths
from ClusterShell.Engine.Engine import (
    FANOUT_UNLIMITED,
    EngineAbortException,
    EngineAlreadyRunningError,
    EngineTimeoutException,
    EngineTimer,
)
from ClusterShell.Engine.Factory import PreferredEngine
from ClusterShell.Event import EventHandler
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.EngineClient import EngineClientError, EnginePort
from ClusterShell.Worker.Popen import WorkerPopen

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Callable, Union, overload

    from ClusterShell.Defaults import Defaults
    from ClusterShell.Worker.Worker import DistantWorker, Worker

    Nodes = Union[str, NodeSet, Iterable[str]]

__all__ = [
    "AlreadyRunningError",
    "DEFAULTS",
    "EngineAbortException",
    "EngineAlreadyRunningError",
    "EngineClientError",
    "EnginePort",
    "EngineTimeoutException",
    "EngineTimer",
    "EventHandler",
    "FANOUT_UNLIMITED",
    "MsgTree",
    "NodeSet",
    "PreferredEngine",
    "Task",
    "TaskError",
    "TaskException",
    "TaskMsgTreeError",
    "TimeoutError",
    "WorkerPopen",
    "basestring",
    "config_paths",
    "os",
    "sys",
    "task_cleanup",
    "task_self",
    "task_terminate",
    "task_wait",
    "threading",
]

__getattr__ = lazy_names(
    globals(),
    {
        "PropagationChannel": "ClusterShell.Propagation",
        "PropagationTreeRouter": "ClusterShell.Propagation",
        "TopologyError": "ClusterShell.Topology",
        "TopologyParser": "ClusterShell.Topology",
        "TreeWorker": "ClusterShell.Worker.Tree",
        "_distant_workerclass": "ClusterShell.Defaults",
        "_local_workerclass": "ClusterShell.Defaults",
        "itemgetter": "operator",
        "logging": None,
        "print_function": "__future__",
        "sleep": "time",
        "socket": None,
        "traceback": None,
    },
)

basestring = str


class TaskException(Exception):
    """Base of the exceptions of tasks."""


class TaskError(TaskException):
    """A task cannot do what is asked."""


class TimeoutError(TaskError):
    """The time given to ``resume()`` is over."""


class AlreadyRunningError(TaskError):
    """The task runs already: ``resume()`` was called from one of its handlers."""


class TaskMsgTreeError(TaskError):
    """These messages are not kept (``set_default("stdout_msgtree", False)``)."""


def _getshorthostname() -> str:
    """Return this machine's name up to the first dot."""
    return import_module("socket").gethostname().split(".")[0]


def _node_set(nodes: Any, depth: int) -> NodeSet:
    """Return *nodes* as a node set; warn whoever is *depth* calls away if it is empty.

    Nothing else would tell a program, or its user, that nothing was done.
    """
    nodes = NodeSet(nodes or None)
    if not nodes:
        message = "no node to run on: the node set is empty"
        import_module("warnings").warn(message, stacklevel=depth + 1)
    return nodes


class Task(LedgerVerbs, GatewayVerbs):
    """A set of workers, ports and timers run together by one thread.

    ``Task(thread=thr)`` is the task of thread *thr*, made if there is none (best
    taken as :func:`task_self`).  ``Task()`` starts a thread and returns a new task
    that runs there.  With an abort that thread ends; if the task is used again, another
    is started.

    :param defaults: :class:`ClusterShell.Defaults.Defaults` to start from
    """

    #: Files with the topology of the machine, the best last.
    TOPOLOGY_CONFIGS = config_paths("topology.conf")

    _tasks: dict[Any, Task] = {}
    _taskid_max = 0
    _task_lock = threading.Lock()

    class tasksyncmethod:
        """Decorator of a method, ``@Task.tasksyncmethod()``: runs it in the task's thread."""

        def __call__(self, method: Callable) -> Callable:
            return in_task_thread(method)

    def __new__(
        cls, thread: threading.Thread | None = None, defaults: Defaults | None = None
    ) -> Task:
        if thread is not None:
            with Task._task_lock:
                task = Task._tasks.get(thread)
                if task is None:
                    task = Task._tasks[thread] = object.__new__(cls)
            return task
        return object.__new__(cls)

    def __init__(
        self, thread: threading.Thread | None = None, defaults: Defaults | None = None
    ) -> None:
        if getattr(self, "_engine", None) is not None:
            return  # the task of that thread exists: __new__ has returned it
        try:
            self._set_up(DEFAULTS if defaults is None else defaults)
        except BaseException:
            self._forget()
            raise
        self._bind_thread(thread)

    def _set_up(self, defaults: Defaults) -> None:
        self._default_lock = threading.Lock()
        self._default = defaults._task_default.copy()
        self._info = defaults._task_info.copy()
        for key in ("local_workername", "distant_workername"):
            self._default[key[:-4]] = _load_workerclass(self._default[key])
        self._engine = PreferredEngine(self.default("engine"), self._info)
        self.timeout: float | None = None
        self.topology: Any = None
        self.router: Any = None
        self.gateways: dict[Any, tuple[Any, set[Any]]] = {}
        self._gate = Gate()
        self._aborted = False
        self._excepthook = self.default_excepthook
        self._ledger = Ledger(self._keeps, _missing_msgtree, *self._dictionaries())
        self._dispatch_port = EnginePort(handler=RequestHandler(self), autoclose=True)
        # Requests wait for a run that may be far off: no sender must wait with them.
        self._dispatch_port.lift_limit()
        self._engine.add(self._dispatch_port)

    def _dictionaries(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Return the settings where they can be read directly: no method of an heir's does."""
        kept = type(self)._keeps is Task._keeps
        told = type(self).info is Task.info
        return self._default if kept else None, self._info if told else None

    def _forget(self) -> None:
        """Be no thread's task any more."""
        with Task._task_lock:
            for thread, task in list(Task._tasks.items()):
                if task is self:
                    del Task._tasks[thread]

    def _bind_thread(self, thread: Any) -> None:
        """Take *thread* as ours, or start a new one if it is None."""
        with Task._task_lock:
            Task._taskid_max += 1
            self._taskid = Task._taskid_max
        self._thread_foreign = thread is not None
        if thread is not None:
            self.thread = thread
            return
        self.thread = threading.Thread(target=self._thread_start, name=f"Task-{self._taskid}")
        with Task._task_lock:
            Task._tasks[self.thread] = self
        self.thread.start()

    def _awaken(self) -> None:
        """Start a thread for what is asked for, if ours has left."""
        with Task._task_lock:
            if not self._has_left():
                return
            self.thread = threading.Thread(target=self._thread_start, name=self.thread.name)
            Task._tasks[self.thread] = self
        self.thread.start()

    def _has_left(self) -> bool:
        """Return whether our own thread has left, or never came to start."""
        if self._thread_foreign or self._gate.closed:
            return False
        return self._gate.retired is self.thread or self.thread.ident is None

    def _is_task_self(self) -> bool:
        """Return whether the calling thread is ours."""
        return self.thread is threading.current_thread()

    # -- thread

    def default_excepthook(self, exc_type: Any, exc_value: Any, tb: Any) -> None:
        """Print the exception as an uncaught one of the task's thread."""
        print(f"Exception in thread {self.thread}:", file=sys.stderr)
        import_module("traceback").print_exception(exc_type, exc_value, tb, file=sys.stderr)

    def _getexcepthook(self) -> Any:
        return self._excepthook

    def _setexcepthook(self, hook: Any) -> None:
        self._excepthook = hook

    #: Called with (type, value, traceback) of an exception that a task's own thread
    #: does not catch; the thread then ends.
    excepthook = property(_getexcepthook, _setexcepthook)

    def _thread_start(self) -> None:
        """Body of a thread of ours: run when asked to, until the task is over or aborted.

        A program that has aborted a task must be able to end: it would wait for us.
        """
        thread = threading.current_thread()
        self._aborted = False
        try:
            while not self._gate.closed:
                if self._aborted and self._gate.retire(thread):
                    Task._tasks.pop(thread, None)
                    return
                if self._gate.await_work():
                    self._serve_requests()
                    self._gate.looked()
                elif self._has_work():
                    self._aborted = False
                    self._run(self._gate.timeout)
                else:
                    self._gate.serve()
        except BaseException:
            try:
                self._excepthook(*sys.exc_info())
            finally:
                self._give_back()

    def _serve_requests(self) -> None:
        """Do what other threads have asked for, where no loop does."""
        self._dispatch_port._snoop()

    def _has_work(self) -> bool:
        """Return whether a run would do anything but forget the results of the last."""
        engine = self._engine
        return (
            bool(engine._clients)
            or engine.evlooprefcnt > 0
            or self._dispatch_port.has_messages()
            or any(not port.autoclose for port in engine.ports())
        )

    def _run(self, timeout: float | None) -> None:
        """Run the loop in the calling thread, which is ours."""
        token = object()
        leave = True
        try:
            if not self._gate.enter(token, stale=not self._engine.running):
                raise AlreadyRunningError("task is already running")
            self.timeout = timeout
            self._ledger.reset()
            while True:
                self._engine.run(timeout)
                # A resume that came while we ran is served by one more round.
                if not self._gate.again():
                    break
        except EngineTimeoutException:
            raise TimeoutError() from None
        except EngineAbortException as exc:
            self._terminate(exc.kill)
        except EngineAlreadyRunningError:
            raise AlreadyRunningError("task engine is already running") from None
        except BaseException:
            # A thread of ours ends by it: who waits must not go on before it has.
            leave = self._thread_foreign
            raise
        finally:
            if leave:
                self._gate.leave(token)

    # -- topology

    def _default_tree_is_enabled(self) -> bool:
        """Return whether commands go through gateways by default; reads the topology file."""
        if self.topology is None:
            for path in self.TOPOLOGY_CONFIGS:
                if os.path.exists(path):
                    self.load_topology(path)
        return self.topology is not None and self.default("auto_tree")

    def load_topology(self, topology_file: str) -> None:
        """Take the propagation topology from *topology_file*.

        :raises TopologyError: the file is malformed; the topology is as before
        """
        parser = import_module("ClusterShell.Topology").TopologyParser(topology_file)
        self.topology = parser.tree(_getshorthostname())

    # -- settings

    def default(self, default_key: str, def_val: Any = None) -> Any:
        """Return the task's default for *default_key*, *def_val* if there is none."""
        return self._default.get(default_key, def_val)

    def set_default(self, default_key: str, value: Any) -> None:
        """Set the task's default for *default_key*; at once, from any thread.

        Keys of the library (programs may have their own): ``stderr`` (separate stream of
        errors), ``stdin`` (commands may read), ``stdout_msgtree`` and ``stderr_msgtree``
        (keep messages), ``engine``, ``port_qlimit``, ``auto_tree``, ``local_workername``
        and ``distant_workername`` (modules of worker classes).
        """
        with self._default_lock:
            self._default[default_key] = value
            if default_key in ("local_workername", "distant_workername"):
                self._default[default_key[:-4]] = _load_workerclass(value)

    def info(self, info_key: str, def_val: Any = None) -> Any:
        """Return the task's setting *info_key*, *def_val* if there is none."""
        return self._info.get(info_key, def_val)

    @in_task_thread
    def set_info(self, info_key: str, value: Any) -> None:
        """Set the task's setting *info_key*; from another thread: when the task next runs.

        Keys of the library (programs may have their own): ``debug``, ``print_debug``
        (function of task and line), ``fanout`` (clients at a time), ``grooming_delay``,
        ``connect_timeout``, ``command_timeout`` (seconds), ``tree_default:KEY``.
        """
        self._info[info_key] = value

    # -- work

    if TYPE_CHECKING:

        @overload
        def shell(self, command: str, *, nodes: Nodes, **kwargs: Any) -> DistantWorker: ...

        @overload
        def shell(self, command: Any, *, nodes: None = None, **kwargs: Any) -> WorkerPopen: ...

    def shell(self, command: Any, **kwargs: Any) -> Worker:
        """Schedule *command*, on nodes or locally; return its worker.

        :param nodes: node set to run it on, nowhere (with a warning) if it is empty;
            without, the command runs here, once
        :param key: what results of a local command are kept under
        :param handler: EventHandler to tell of events
        :param timeout: seconds after which the command is aborted; None or negative for
            no limit
        :param autoclose: whether the loop may end while the command still runs
        :param stderr: whether standard error is a stream of its own
        :param stdin: whether the command may read
        :param tree: use gateways; by default if there is a topology
        :param remote: False to run here, in the name of the nodes

        The worker starts when the task runs, or at once if it does and the fanout allows.
        """
        kwargs.setdefault("stderr", self.default("stderr"))
        handler = kwargs.pop("handler", None)
        timeout = kwargs.pop("timeout", None)
        stdin = kwargs.pop("stdin", self.default("stdin"))
        nodes = kwargs.pop("nodes", None)
        if nodes is not None:
            nodes = _node_set(nodes, 2)
            assert kwargs.get("key") is None, "'key' argument not supported for distant command"
            cls = self._workerclass(kwargs)
            worker = cls(nodes, handler=handler, timeout=timeout, command=command, **kwargs)
        else:
            worker = WorkerPopen(
                command,
                key=kwargs.get("key"),
                handler=handler,
                stderr=kwargs["stderr"],
                timeout=timeout,
                autoclose=kwargs.get("autoclose", False),
            )
        if not stdin:
            worker.set_write_eof()
        self.schedule(worker)
        return worker

    def _workerclass(self, kwargs: Any, copied: bool = False) -> Any:
        """Return the class of worker that *kwargs* of ``shell()`` or ``copy()`` ask for."""
        tree = kwargs.get("tree")
        if tree is None:
            tree = self._default_tree_is_enabled()
        elif tree and self.topology is None:
            self._default_tree_is_enabled()
        if tree and self.topology is not None:
            return import_module("ClusterShell.Worker.Tree").TreeWorker
        remote = kwargs.pop("remote", True) or copied  # which always is for other hosts
        return self.default("distant_worker" if remote else "local_worker")

    def copy(self, source: Any, dest: Any, nodes: Nodes, **kwargs: Any) -> DistantWorker:
        """Schedule a copy of local *source* to *dest* on *nodes*; return its worker.

        Keywords as in :meth:`shell`; ``preserve`` keeps modes and times.
        """
        return self._copy(source, dest, nodes, False, kwargs)

    def rcopy(self, source: Any, dest: Any, nodes: Nodes, **kwargs: Any) -> DistantWorker:
        """Schedule a copy of *source* on *nodes* into local directory *dest*.

        What comes from a node gets a name that ends in the node's.
        """
        return self._copy(source, dest, nodes, True, kwargs)

    def _copy(self, source: Any, dest: Any, nodes: Any, reverse: bool, kwargs: Any) -> Any:
        assert nodes is not None, "local copy not supported"
        kwargs.setdefault("stderr", self.default("stderr"))
        cls = self._workerclass(kwargs, copied=True)
        handler = kwargs.pop("handler", None)
        timeout = kwargs.pop("timeout", None)
        kwargs["reverse"] = reverse
        worker = cls(_node_set(nodes, 3), handler, timeout, source=source, dest=dest, **kwargs)
        self.schedule(worker)
        return worker

    @in_task_thread
    def schedule(self, worker: Worker) -> None:
        """Add *worker* to the task's loop.

        :raises WorkerError: it has been scheduled before
        """
        assert not self._gate.closed, "deleted task instance, call task_self() again!"
        worker._set_task(self)
        for client in worker._engine_clients():
            self._engine.add(client)

    @in_task_thread
    def _add_port(self, port: Any) -> None:
        """Add *port* to the loop."""
        self._engine.add(port)

    @in_task_thread
    def remove_port(self, port: Any) -> None:
        """Close and remove *port*, made with :meth:`port`.

        :raises KeyError: it is not one of this task's, or not any more
        """
        if not port.delayable and port not in self._engine.ports():
            raise KeyError(port)
        self._engine.remove(port)

    def port(self, handler: EventHandler | None = None, autoclose: bool = False) -> EnginePort:
        """Return a new port: other threads send messages to this task through it.

        :param handler: its ``ev_msg(port, msg)`` is called in the task's thread
        :param autoclose: whether the loop may end while the port is open
        """
        port = EnginePort(handler, autoclose)
        self._add_port(port)
        return port

    def timer(
        self, fire: float, handler: EventHandler, interval: float = -1.0, autoclose: bool = False
    ) -> EngineTimer:
        """Return a new timer: ``handler.ev_timer(timer)`` in *fire* seconds.

        :param interval: seconds between further calls, none unless positive
        :param autoclose: whether the loop may end before the timer fires
        """
        assert fire >= 0.0, "timer's relative fire time must be a positive floating number"
        timer = EngineTimer(fire, interval, autoclose, handler)
        self._add_timer(timer)
        return timer

    @in_task_thread
    def _add_timer(self, timer: Any) -> None:
        """Arm *timer*."""
        self._engine.add_timer(timer)

    # -- running

    def resume(self, timeout: float | None = None) -> None:
        """Run what is scheduled, or go on after a suspension.

        In the task's own thread, return when all (but autoclosing) work is done.  From
        another thread, return at once; see :func:`task_wait`.

        :param timeout: most seconds to run
        :raises TimeoutError: that time is over; what ran was aborted
        :raises AlreadyRunningError: called from a handler of this task
        """
        if self._is_task_self():
            self._run(timeout)
        else:
            self._gate.request(timeout)
            self._awaken()

    if TYPE_CHECKING:

        @overload
        def run(self, command: str, *, nodes: Nodes, **kwargs: Any) -> DistantWorker: ...

        @overload
        def run(self, command: str, *, nodes: None = None, **kwargs: Any) -> WorkerPopen: ...

        @overload
        def run(self, command: float | None = None, *, timeout: float | None = None) -> None: ...

    def run(self, command: Any = None, **kwargs: Any) -> Worker | None:
        """Schedule *command* as :meth:`shell` does, and :meth:`resume`; return its worker.

        Without a command, or with a number in its place, the same as ``resume(timeout)``.
        """
        if command is None or type(command) in (int, float):
            self.resume(kwargs.get("timeout") if command is None else command)
            return None
        worker = self.shell(command, **kwargs)
        self.resume()
        return worker

    @in_task_thread
    def _suspend_wait(self) -> None:
        """Wait for a resume."""
        self._gate.await_resume()

    def suspend(self) -> bool:
        """Suspend the running task, from another thread; :meth:`resume` lets it go on.

        Return when the task waits, True; or False if it does not run, or has ended first.
        """
        if self._is_task_self() or not self._gate.suspend():
            return False
        self._suspend_wait()
        return self._gate.await_held()

    @in_task_thread
    def _abort(self, kill: bool = False) -> None:
        """Leave the loop, or abort what waits for it."""
        if self._gate.running:
            self._engine.abort(kill)
        else:
            self._terminate(kill)

    def abort(self, kill: bool = False) -> None:
        """Abort all workers (and, with *kill*, unbind the task from its thread for good).

        May be called from any thread; from another it returns when that is done.  If the
        loop of a task that was not given a thread of its own does not run, that is when
        it next does.
        """
        if self._is_task_self():
            self._abort(kill)
        elif self._has_left() or not self.thread.is_alive():
            self._abort_here(kill)
        else:
            # Behind what was asked for before; its thread may wait, and no loop read it.
            self._abort(kill)
            thread = self.thread
            if self._thread_foreign or self._gate.call(thread):
                self.join()
            else:  # it has left since
                thread.join()
                self._abort_here(kill)

    def _abort_here(self, kill: bool) -> None:
        """Abort a task whose thread has left, and what was asked of it."""
        if not self._gate.closed:
            serve_all(self._dispatch_port, self._excepthook)
        self._terminate(kill)

    def _terminate(self, kill: bool) -> None:
        """Abort all that is left and forget all results; with *kill*, give everything back."""
        self._aborted = True
        self._engine.clear(clear_ports=kill)
        self._ledger.reset()
        if kill:
            self._give_back()

    def _give_back(self) -> None:
        """Unbind from the thread and close; the results stay."""
        self._engine.clear(clear_ports=True)
        self._forget()
        self._engine.release()
        self._gate.close()

    def join(self) -> None:
        """Wait until the task, of another thread, has nothing more to run."""
        if self._is_task_self():
            return
        if self._gate.requested:
            self._awaken()
        self._gate.await_idle()
        thread = self.thread
        left = self._gate.closed or self._gate.retired is thread
        if left and not self._thread_foreign and thread.ident is not None:
            thread.join()

    def running(self) -> bool:
        """Return whether the task's loop runs."""
        return self._engine.running

    @classmethod
    def wait(cls, from_thread: Any) -> None:
        """Wait until no task runs but that of *from_thread*."""
        for thread, task in list(Task._tasks.items()):
            if thread is not from_thread:
                task.join()

    def _keeps(self, sname: str) -> bool:
        """Return whether the messages of stream *sname* are kept."""
        return bool(self._default.get(sname + "_msgtree"))


def _missing_msgtree(sname: str) -> Exception:
    return TaskMsgTreeError(f"{sname}_msgtree not set")


def task_self(defaults: Defaults | None = None) -> Task:
    """Return the calling thread's task, made (from *defaults*) if there is none."""
    return Task(thread=threading.current_thread(), defaults=defaults)


def task_wait() -> None:
    """Wait until the tasks of all other threads have nothing more to run."""
    Task.wait(threading.current_thread())


def task_terminate() -> None:
    """Abort and unbind the calling thread's task; the next task_self() is a new one."""
    task = Task._tasks.get(threading.current_thread())
    if task is not None:
        task.abort(kill=True)


def task_cleanup() -> None:
    """Abort and unbind the tasks of all threads, from any of them; for tests mostly."""
    for task in list(Task._tasks.values()):
        task.abort(kill=True)

"""The gateway: runs commands in the name of a head node that has started it.

``python3 -m ClusterShell.Gateway -Bu`` is what a head node runs (the arguments are for
Python, and mean nothing to this program).  Both talk on standard input and output; the
gateway ends when its input does, and its commands with it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys

from ClusterShell._lazy import lazy_names
from ClusterShell._tree.gwlog import open_log
from ClusterShell._tree.relay import (
    MOST_GATHERED,
    Gathered,
    fold,
    input_target,
    output_message,
    write_rest,
)
from ClusterShell._tree.throttle import Throttle
from ClusterShell.Communication import (
    ACKMessage,
    Channel,
    ConfigurationMessage,
    ControlMessage,
    EndMessage,
    ErrorMessage,
    Message,
    MessageProcessingError,
    RetcodeMessage,
    RoutingMessage,
    StartMessage,
    StdErrMessage,
    StdOutMessage,
    TimeoutMessage,
)
from ClusterShell.Engine.Engine import FANOUT_UNLIMITED, EngineAbortException
from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from ClusterShell.Task import _getshorthostname, task_self
from ClusterShell.Worker.fastsubprocess import set_nonblock_flag
from ClusterShell.Worker.Tree import TreeWorker
from ClusterShell.Worker.Worker import StreamWorker

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

# Names of other modules come with a star import since the first releases.
__all__ = [
    "ACKMessage",
    "Channel",
    "ConfigurationMessage",
    "ControlMessage",
    "EndMessage",
    "EngineAbortException",
    "ErrorMessage",
    "EventHandler",
    "FANOUT_UNLIMITED",
    "GatewayChannel",
    "MessageProcessingError",
    "NodeSet",
    "RetcodeMessage",
    "RoutingMessage",
    "StartMessage",
    "StdErrMessage",
    "StdOutMessage",
    "StreamWorker",
    "TimeoutMessage",
    "TreeWorker",
    "TreeWorkerResponder",
    "gateway_excepthook",
    "gateway_main",
    "logging",
    "os",
    "set_nonblock_flag",
    "sys",
    "task_self",
]

_DEFAULT_OF_TREE = "tree_default:"

#: Not this module's name, which is another when it is the program.
_LOGGER = "ClusterShell.Gateway"


def _gw_print_debug(task: Any, line: Any) -> None:
    """Write a debug line of the task to the log."""
    logging.getLogger(_LOGGER).debug(line)


class TreeWorkerResponder(EventHandler):
    """Tells the head node of a worker of the gateway.

    :param task: task of the gateway
    :param gwchan: channel to the head node
    :param srcwkr: number of the worker at the head node

    What happens is gathered for ``grooming_delay`` seconds, a setting of *task*, so that
    equal output of many nodes is one message.
    """

    #: What is told is not kept among the results of the task.
    _ev_records = False

    def __init__(self, task: Any, gwchan: GatewayChannel, srcwkr: int) -> None:
        EventHandler.__init__(self)
        self.task = task
        self.gwchan = gwchan
        self.srcwkr = srcwkr
        self.logger = logging.getLogger(_LOGGER)
        delay = task.info("grooming_delay")
        self._delay = delay if delay > 1.0e-3 else 0.0
        self._timer: Any = None
        self._gathered = Gathered(self._tell_output, self._tell_retcode)

    # -- what happens

    def ev_start(self, worker: Any) -> None:
        """The worker has started."""

    def ev_read(self, worker: Any, node: str, sname: str, msg: bytes) -> None:
        """*node* has written a line."""
        self._gathered.add("SER" if sname == worker.SNAME_STDERR else "OUT", node, msg)
        self._happened()

    #: Lines joined by newlines are as good as a line.
    _ev_text = ev_read

    def ev_hup(self, worker: Any, node: str, rc: int | None) -> None:
        """The command of *node* has ended."""
        if rc is not None:
            self._gathered.add_retcode(node, rc)
            self._happened()

    def _ev_routing(self, worker: Any, arg: dict[str, Any]) -> None:
        """Nodes are reached in another way."""
        self._gathered.flush()
        self.gwchan.send(
            RoutingMessage(arg["event"], str(arg["gateway"]), str(arg["targets"]), self.srcwkr)
        )

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """The worker has ended."""
        if self._timer is not None:
            self._timer.invalidate()
        self._gathered.flush()
        if timedout:
            nodes = fold(worker.iter_keys_timeout())
            self.gwchan.send(TimeoutMessage(nodes, self.srcwkr))
        self.gwchan.worker_ended(self.srcwkr, worker)

    def ev_timer(self, timer: Any) -> None:
        """It is time to tell."""
        self._timer = None
        self._gathered.flush()

    # -- telling

    def _happened(self) -> None:
        """Something is to be told: now, or when it is time."""
        if not self._delay or self._gathered.size > MOST_GATHERED:
            self._gathered.flush()
        elif self._timer is None:
            self._timer = self.task.timer(self._delay, self, autoclose=True)

    def _tell_output(self, ident: str, nodes: str, text: bytes) -> None:
        self.gwchan.send_output(ident, self.srcwkr, nodes, text)

    def _tell_retcode(self, nodes: str, retcode: int) -> None:
        self.gwchan.send(RetcodeMessage(nodes, retcode, self.srcwkr))


class GatewayChannel(Channel):
    """The gateway's end of a channel.

    The head node first opens it, then says what it is called and what the topology is,
    then what to do.  What it should not send ends the channel with an error.

    :param task: task that runs the commands
    """

    def __init__(self, task: Any) -> None:
        Channel.__init__(self)
        self.task = task
        #: What the head node calls this gateway, and the topology.
        self.nodename: str | None = None
        self.topology: Any = None
        #: The newest worker.
        self.propagation: Any = None
        self.logger = logging.getLogger(_LOGGER)
        self._workers: dict[int, list[Any]] = {}
        self._throttle: Throttle | None = None
        self._ended = False
        #: What had not been written when the channel closed.
        self.unwritten = b""

    # -- writing

    def start(self) -> None:
        """Begin the document."""
        self._throttle = Throttle(self.task, self.worker)
        self._init()

    def send_output(self, ident: str, srcid: int, nodes: str, text: bytes) -> None:
        """Send lines that *nodes* have written."""
        message = output_message(ident, Message._inst_counter, srcid, nodes, text)
        Message._inst_counter += 1
        self._write(message)

    def send(self, msg: Message) -> None:
        """Send a message."""
        self._write(msg.xml() + b"\n")

    def _write(self, data: bytes) -> None:
        """Write *data*, now or when the head node has read what is before it."""
        if self._ended:
            return
        if self._throttle is not None:
            self._throttle.sent(len(data))
        self.worker.write(data, sname=self.SNAME_WRITER)
        if self.SNAME_WRITER not in self.worker.clients[0].streams:
            self._end("nobody reads any more")

    def ev_written(self, worker: Any, node: Any, sname: str, size: int) -> None:
        """Something has been written."""
        if self._throttle is not None:
            self._throttle.written(size)

    def close(self) -> None:
        """Close the channel."""
        self._close(abort=True)

    def _close(self, abort: bool = False) -> None:
        """Write the end of the channel if it is open, and end with all commands."""
        if self.opened:
            self._write(b"</channel>")
        self.opened = self.setup = False
        stream = self.worker.clients[0].streams.get(self.SNAME_WRITER)
        if stream is not None:
            self.unwritten = stream.wbuf
        self._end("channel closed")

    def ev_close(self, worker: Any, timedout: bool) -> None:
        """The head node has gone: nobody waits for the commands any more."""
        self._end("input has ended")

    def _end(self, reason: str) -> None:
        """End all commands, and the loop."""
        if not self._ended:
            self._ended = True
            self.logger.debug(reason)
            self.task.abort()

    def terminate(self, signum: int, frame: Any) -> None:
        """Handle a signal: end, and all commands with us."""
        self._ended = True
        sys.exit(128 + signum)

    # -- receiving

    def recv(self, msg: Any) -> None:
        """Handle a message from the head node."""
        self.logger.debug("handling incoming message: %s", msg)
        try:
            if msg.type == EndMessage.ident:
                self.close()
            elif msg.type == StartMessage.ident and not self.opened:
                self._open()
                self.opened = True
            elif self.setup:
                self.recv_ctl(msg)
            else:
                self.recv_cfg(msg)
        except EngineAbortException:
            raise
        except Exception as exc:
            self._fail(exc)

    def _fail(self, exc: Exception) -> None:
        """Answer with an error, and end."""
        self.logger.error(
            "on recv(): %s", exc, exc_info=not isinstance(exc, MessageProcessingError)
        )
        self.send(ErrorMessage(str(exc)))
        self.close()

    def recv_cfg(self, msg: Any) -> None:
        """Take the configuration.

        :raises MessageProcessingError: the message is another, or malformed
        """
        if msg.type != ConfigurationMessage.ident:
            raise MessageProcessingError(f"unexpected message: {msg}")
        self.topology = msg.data_decode()
        self.nodename = msg.gateway
        self.logger.debug("using gateway node name %s", self.nodename)
        self.logger.debug("decoded propagation tree\n%s", self.topology)
        self.setup = True
        self._ack(msg)

    def recv_ctl(self, msg: Any) -> None:
        """Do what is asked for.

        :raises Exception: it is malformed, or cannot be done
        """
        action = msg.action if msg.type == ControlMessage.ident else None
        if action == "shell":
            self._shell(msg)
        elif action == "write":
            data = msg.data_decode()["buf"]
            if not isinstance(data, bytes):
                raise MessageProcessingError(f"can't concat {type(data).__name__} to bytes")
            for worker in self._input_of(msg, "write"):
                worker.write(data)
        elif action == "eof":
            for worker in self._input_of(msg, "set_write_eof"):
                worker.set_write_eof()
        elif action == "abort":
            for worker in list(self._workers.get(msg.srcid, ())):
                worker.abort()
        else:
            self.logger.error("unexpected message: %s", msg)
            return
        self._ack(msg)

    def _ack(self, msg: Any) -> None:
        """Tell that a message has arrived."""
        self.send(ACKMessage(msg.msgid))

    # -- workers

    def _shell(self, msg: Any) -> None:
        """Run a command on the target of *msg*."""
        data = msg.data_decode()
        command, invoke, timeout = data["cmd"], data["invoke_gateway"], data["timeout"]
        if timeout is not None and not isinstance(timeout, (int, float)):
            kind = type(timeout).__name__
            raise MessageProcessingError(
                f"'>' not supported between instances of '{kind}' and 'float'"
            )
        self._set_infos(data["taskinfo"])
        responder = TreeWorkerResponder(self.task, self, msg.srcid)
        self.propagation = worker = TreeWorker(
            NodeSet(msg.target, resolver=RESOLVER_NOGROUP),
            responder,
            timeout,
            command=command,
            topology=self.topology,
            newroot=self.nodename,
            stderr=data["stderr"],
            remote=data["remote"],
        )
        worker.invoke_gateway = invoke
        self._workers.setdefault(msg.srcid, []).append(worker)
        self.task.schedule(worker)

    def _set_infos(self, infos: Any) -> None:
        """Take over the settings of the task at the head node."""
        self.logger.debug("assigning task infos (%s)", infos)
        for key, value in dict(infos).items():
            self.task.set_info(key, value)
            if isinstance(key, str) and key.startswith(_DEFAULT_OF_TREE):
                self.task.set_default(key[len(_DEFAULT_OF_TREE) :], value)
        if self.task.info("debug"):
            logging.getLogger().setLevel(logging.DEBUG)

    def _input_of(self, msg: Any, verb: str) -> list[Any]:
        """Return the workers whose input *msg* is.

        One worker of the head node may be several here, when nodes have come from a gateway
        that is gone; the target tells which.
        """
        if self.propagation is None:
            raise MessageProcessingError(f"'NoneType' object has no attribute '{verb}'")
        workers = self._workers.get(msg.srcid, [])
        if len(workers) < 2:
            return list(workers)
        target = input_target(msg.target)
        return [worker for worker in workers if worker.nodes & target]

    def worker_ended(self, srcid: int, worker: Any) -> None:
        """*worker* has ended: it takes no more input."""
        workers = self._workers.get(srcid, [])
        if worker in workers:
            workers.remove(worker)
        if not workers:
            self._workers.pop(srcid, None)


def gateway_excepthook(exc_type: Any, exc_value: Any, tb: Any) -> None:
    """Write an error that nobody has caught to the log."""
    import traceback

    text = "".join(traceback.format_exception(exc_type, exc_value, tb))
    logging.getLogger(_LOGGER).error("Gateway failure: %s", text)


def gateway_main() -> None:
    """Serve the head node on standard input and output."""
    host = _getshorthostname()
    open_log(host)
    sys.excepthook = gateway_excepthook
    logger = logging.getLogger(_LOGGER)
    logger.debug("Starting gateway on %s", host)
    if sys.stdin is None or sys.stdout is None or sys.stdin.isatty():
        logger.critical("Gateway failure: sys.stdin.isatty() is True")
        sys.exit(1)
    task = task_self()
    for key in ("stdout_msgtree", "stderr_msgtree"):
        task.set_default(key, False)  # output is passed on, not kept
    task.set_info("print_debug", _gw_print_debug)
    channel = GatewayChannel(task)
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, channel.terminate)
    worker = StreamWorker(handler=channel)
    worker._fanout = FANOUT_UNLIMITED  # the fanout is that of commands
    for stream in (sys.stdin, sys.stdout):
        set_nonblock_flag(stream.fileno())
    worker.set_reader(Channel.SNAME_READER, sys.stdin, closefd=False)
    # The end of input is the end of the channel.
    worker.set_writer(Channel.SNAME_WRITER, sys.stdout, retain=False, closefd=False)
    task.schedule(worker)
    try:
        task.resume()
    except Exception as exc:
        gateway_excepthook(type(exc), exc, exc.__traceback__)
        channel.unwritten += ErrorMessage(str(exc)).xml() + b"\n"
        if channel.opened:
            channel.unwritten += b"</channel>"
    write_rest(sys.stdout.fileno(), channel.unwritten)
    logger.debug("-------- The End --------")


__getattr__ = lazy_names(globals(), {"traceback": None})


if __name__ == "__main__":
    gateway_main()

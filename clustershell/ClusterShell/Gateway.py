"""The gateway: runs commands in the name of a head node that has started it.

``python -m ClusterShell.Gateway`` is what a head node runs.  This release can be
no gateway: started as one, it says so in the protocol, and ends.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback

from ClusterShell import __version__
from ClusterShell.Communication import (
    ACKMessage,
    Channel,
    ConfigurationMessage,
    ControlMessage,
    EndMessage,
    ErrorMessage,
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
from ClusterShell.NodeSet import NodeSet
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
    "traceback",
]

_UNSUPPORTED = "this release of ClusterShell cannot be a gateway"


def _gw_print_debug(task: Any, line: Any) -> None:
    """Write a debug line of the task to the log."""
    logging.getLogger(__name__).debug("TASK %s: %s", _getshorthostname(), line)


class TreeWorkerResponder(EventHandler):
    """Answers the head node about one worker of the gateway."""

    def __init__(self, task: Any, gwchan: Any, srcwkr: Any) -> None:
        EventHandler.__init__(self)
        self.task = task
        self.gwchan = gwchan
        self.srcwkr = srcwkr
        raise MessageProcessingError(_UNSUPPORTED)


class GatewayChannel(Channel):
    """The gateway's end of a channel: it answers everything with an error."""

    def __init__(self, task: Any) -> None:
        Channel.__init__(self)
        self.task = task

    def start(self) -> None:
        """Open the channel."""
        self._open()
        self.opened = True

    def close(self) -> None:
        """Close the channel."""
        self._close()

    def recv(self, msg: Any) -> None:
        """Answer a message."""
        if msg.type == EndMessage.ident:
            self._close()
        elif msg.type != StartMessage.ident:
            self.recv_cfg(msg)

    def recv_cfg(self, msg: Any) -> None:
        """Refuse to be configured."""
        self.send(ErrorMessage(_UNSUPPORTED))
        self._close()

    def recv_ctl(self, msg: Any) -> None:
        """Refuse to run anything."""
        self.recv_cfg(msg)

    def _ack(self, msg: Any) -> None:
        """Tell that a message has arrived."""
        self.send(ACKMessage(msg.msgid))


def gateway_excepthook(exc_type: Any, exc_value: Any, tb: Any) -> None:
    """Write an error that nobody has caught to the log."""
    text = "".join(traceback.format_exception(exc_type, exc_value, tb))
    logging.getLogger(__name__).error("Gateway failure: %s", text)


def gateway_main() -> None:
    """Serve the head node on standard input and output."""
    if sys.stdin is None or sys.stdin.isatty():
        sys.exit(f"ClusterShell {__version__}: {_UNSUPPORTED}")
    task = task_self()
    worker = StreamWorker(handler=GatewayChannel(task))
    for stream in (sys.stdin, sys.stdout):
        set_nonblock_flag(stream.fileno())
    worker.set_reader(Channel.SNAME_READER, sys.stdin)
    # The end of input is the end of the channel.
    worker.set_writer(Channel.SNAME_WRITER, sys.stdout, retain=False)
    task.schedule(worker)
    task.resume()
    sys.exit(1)


if __name__ == "__main__":
    gateway_main()

"""Gateways without the start of an interpreter each: a process that has it all imported forks.

The command that a head node starts is a small program, which gives its streams and its
environment to that process, and ends with the exit code of what was forked for it.
"""

import array
import json
import os
import select
import socket
import subprocess
import sys

#: What stands for the Python of gateways; most of what Python loads at its start it does without.
CLIENT = """#!{python} -IS
import _socket, array, json, os, sys
connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
connection.connect({path!r})
text = json.dumps([sys.argv[1:], dict(os.environ)]).encode()
streams = array.array("i", [0, 1, 2]).tobytes()
connection.sendmsg([b"%8d" % len(text)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
while text:
    text = text[connection.send(text):]
os._exit((connection.recv(1) or b"\\1")[0])
"""


class Forking:
    """Makes gateways below *folder*; ``python`` is the program that stands for their Python."""

    def __init__(self, folder):
        path = os.path.join(folder, "gateways")
        self.python = os.path.join(folder, "python")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        listening.listen(64)
        with open(self.python, "w") as file:
            file.write(CLIENT.format(python=sys.executable, path=path))
        os.chmod(self.python, 0o755)
        #: It ends with this.
        self.kept = begin(listening)
        listening.close()


def begin(listening):
    """Start the process that makes gateways; return what it ends with."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", __name__, str(listening.fileno())],
        stdin=subprocess.PIPE,
        pass_fds=[listening.fileno()],
    )


def serve(listening):
    """Fork a gateway for each connection, until standard input ends."""
    import ClusterShell.Gateway  # noqa: F401  (forked with all that it imports)

    while True:
        if 0 in select.select([0, listening], [], [])[0]:
            return
        connection = listening.accept()[0]
        if not os.fork():
            listening.close()
            os._exit(_gateway(connection))
        connection.close()
        _reap()


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _gateway(connection):
    """Be the process that has connected; return when it is to end."""
    import runpy

    head, given, _, _ = connection.recvmsg(8, socket.CMSG_LEN(12))
    streams = array.array("i", given[0][2])
    with connection.makefile("rb") as file:
        words, environment = json.loads(file.read(int(head)))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    code = 1
    try:
        module = words[words.index("-m") + 1]
        sys.argv = [module]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(bytes([code & 255]))
    return code & 255


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

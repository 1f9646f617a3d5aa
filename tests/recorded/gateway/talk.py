"""Talks to a gateway, and says what it has answered; any release's.

Gateways are forked from one process that has imported the package, as starting Python
is most of what one costs.
"""

import base64
import contextlib
import json
import os
import pickle
import re
import select
import subprocess
import threading
import time

SERVER = """
import json, os, sys
from ClusterShell.Gateway import gateway_main
control = os.fdopen(int(sys.argv[1]), "r")
status = os.fdopen(int(sys.argv[2]), "w")
for line in control:
    into, out_of = json.loads(line)
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(into, os.O_RDONLY), 0)
        os.dup2(os.open(out_of, os.O_WRONLY), 1)
        os.closerange(3, 64)
        code = 0
        try:
            gateway_main()
        except SystemExit as exc:
            code = exc.code or 0
        except BaseException:
            code = 99
        os._exit(code)
    _, code = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(code), file=status, flush=True)
"""

ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "CLUSTERSHELL_CFGDIR": "/nonexistent",
    "CLUSTERSHELL_GW_LOG_DIR": "/nonexistent",
    "HOME": "/nonexistent",
}

MESSAGE = re.compile(rb"<message ([^>]*)>([^<]*)</message>", re.DOTALL)
ATTRIBUTE = re.compile(r"""([a-z]+)=("[^"]*"|'[^']*')""")


class Talker:
    """Starts gateways of the package that *python* has; one at a time."""

    def __init__(self, python, folder, **environment):
        self.pipes = [os.path.join(folder, name) for name in ("in", "out")]
        for pipe in self.pipes:
            os.mkfifo(pipe)
        control, self._control = os.pipe()
        self._status, status = os.pipe()
        self.process = subprocess.Popen(
            [python, "-c", SERVER, str(control), str(status)],
            pass_fds=(control, status),
            env={**ENVIRONMENT, **environment},
            cwd="/",
            stderr=subprocess.DEVNULL,
        )
        os.close(control)
        os.close(status)

    def close(self):
        os.close(self._control)
        self.process.wait(10)
        os.close(self._status)

    def talk(self, steps, enough=lambda data: False, quiet=1.0):
        """Send *steps*; return what came back, the exit code, and whether it ended by itself.

        A step is text to send, a character for each byte, or a number of seconds.  The input
        is closed when *enough* says so of what has come, or nothing comes for *quiet* seconds.
        """
        os.write(self._control, json.dumps(self.pipes).encode() + b"\n")
        into, out_of = os.open(self.pipes[0], os.O_WRONLY), os.open(self.pipes[1], os.O_RDONLY)
        data = b""
        sender = threading.Thread(target=self._send, args=(into, steps))
        sender.start()
        by_itself = closed = False
        deadline = time.monotonic() + quiet
        while True:
            ready, _, _ = select.select([out_of, self._status], [], [], 0.01)
            if out_of in ready:
                found = os.read(out_of, 1 << 20)
                if not found:
                    break
                data += found
                deadline = time.monotonic() + quiet
            if closed or sender.is_alive():
                continue
            if enough(data) or time.monotonic() > deadline:
                closed = True
                os.close(into)
        sender.join()
        if not closed:
            by_itself = True
            os.close(into)
        os.close(out_of)
        code = int(os.read(self._status, 16))
        return data, code, by_itself

    @staticmethod
    def _send(fd, steps):
        for step in steps:
            if isinstance(step, str):
                with contextlib.suppress(BrokenPipeError):
                    os.write(fd, step.encode("latin1"))
            else:
                time.sleep(step)


def unquoted(text):
    """Return the value of an attribute, given with its quotes."""
    for name, character in (("quot", '"'), ("gt", ">"), ("lt", "<"), ("amp", "&"), ("#10", "\n")):
        text = text.replace(f"&{name};", character)
    return text[1:-1]


def each(nodes):
    """Return the single names that *nodes*, a folded set of one simple pattern, stands for."""
    found = re.fullmatch(r"(\w*)\[([\d,-]+)\]", nodes)
    if found is None:
        return [nodes]
    prefix, ranges = found.groups()
    bounds = [part.partition("-") for part in ranges.split(",")]
    return [
        f"{prefix}{number}"
        for low, _, high in bounds
        for number in range(int(low), int(high or low) + 1)
    ]


def answer(data):
    """Return what a gateway has told, without what timing decides: numbers and groups."""
    told = {"opened": False, "errors": [], "acks": [], "text": {}, "codes": {}, "timeouts": []}
    told["opened"] = b"<channel" in data
    told["closed"] = data.endswith(b"</channel>")
    for attributes, payload in MESSAGE.findall(data):
        pairs = {name: unquoted(value) for name, value in ATTRIBUTE.findall(attributes.decode())}
        kind = pairs["type"]
        if kind == "ERR":
            told["errors"].append(pairs["reason"])
        elif kind == "ACK":
            told["acks"].append(int(pairs["ack"]))
        elif kind in ("OUT", "SER"):
            text = pickle.loads(base64.b64decode(payload)).decode("latin1") + "\n"
            for node in each(pairs["nodes"]):
                key = f"{kind} {pairs['srcid']} {node}"
                told["text"][key] = told["text"].get(key, "") + text
        elif kind == "RET":
            for node in each(pairs["nodes"]):
                told["codes"][f"{pairs['srcid']} {node}"] = int(pairs["retcode"])
        elif kind == "TIM":
            told["timeouts"] += each(pairs["nodes"])
        else:
            told.setdefault("others", []).append(pairs)
    return told

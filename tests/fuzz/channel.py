"""Mutated messages on both ends of a channel: no crash, no hang, nothing called.

    python -m tests.fuzz.channel [--count 1000000] [--seed 1] [--side head|gateway]

Documents of a few messages, valid ones changed at random in their bytes, their lines or
in the pickles of their payloads, are given to a head node's end and to a gateway's.  What
each makes of them is the same whether messages are read whole or by the XML parser; no
exception leaves a channel; and an audit hook watches that nothing is imported, opened,
called by name or started on their account.
"""

import argparse
import base64
import codecs
import logging
import os
import pickle
import random
import re
import resource
import signal
import sys

from ClusterShell import Communication as comm
from ClusterShell import Gateway, Topology
from ClusterShell.NodeSet import NodeSet
from ClusterShell.RangeSet import RangeSet
from tests.recorded.gateway import cases

#: Seconds for one document, and bytes of memory for all.
PATIENCE = 20
MEMORY = 3 << 30

#: What nothing that arrives may cause.
FORBIDDEN = re.compile(
    r"exec|import|compile|open|pickle\.find_class|os\.(system|exec|fork|posix_spawn|spawn|kill|"
    r"putenv|remove|rename|mkdir|chmod|link|symlink)|subprocess\.|socket\.|shutil\.|ctypes\.|"
    r"code\.|builtins\.input|glob\.|tempfile\."
)


class Forbidden(BaseException):
    """Something has been done that no message may cause."""


class Watch:
    """An audit hook that can be switched on, as it cannot be taken away."""

    active = False

    def __call__(self, event, args):
        if self.active and FORBIDDEN.match(event):
            self.active = False
            raise Forbidden(f"{event} {args}")


WATCH = Watch()


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/planted",)


class EvilGlobal:
    def __reduce__(self):
        return eval, ("__import__('os').system('touch /tmp/planted')",)


def payloads():
    """Return pickles to begin with, good ones and bad ones."""
    tree = base64.b64decode(cases.TREE[4])
    values = [
        b"line\nline",
        b"",
        b"x" * 3000,
        "text",
        5,
        None,
        {"buf": b"abc"},
        cases.request("echo a"),
        [NodeSet("n[1-9]"), RangeSet("1-9/2")],
        NodeSet("r[1-3]n[1-4]"),
        {1: (2, [3, {4}]), "a": frozenset([5])},
        Evil(),
        EvilGlobal(),
        [Topology.TopologyTree],
    ]
    return [tree, base64.b64decode(cases.TREE[2])] + [
        pickle.dumps(value, protocol)
        for value in values
        for protocol in range(6)
        if protocol > 1 or not isinstance(value, (list, NodeSet))
    ]


PAYLOADS = payloads()
KINDS = list(cases.ATTRIBUTES)


def changed(rnd, data):
    """Return *data* with a few random changes."""
    data = bytearray(data)
    for _ in range(rnd.choice((1, 1, 2, 5))):
        at = rnd.randrange(len(data) + 1)
        end = min(len(data), at + rnd.choice((1, 1, 2, 8, 64)))
        what = rnd.randrange(7)
        if what == 0 and at < len(data):
            data[at] = rnd.randrange(256)
        elif what == 1:
            del data[at:end]
        elif what == 2:
            data[at:at] = bytes([rnd.randrange(256)])
        elif what == 3:
            data[at:at] = data[at:end] * rnd.choice((1, 2, 30))
        elif what == 4:
            data[at:at] = rnd.choice(INSERTS)
        elif what == 5 and at < len(data):
            data[at] ^= 1 << rnd.randrange(8)
        else:
            other = rnd.randrange(len(data) + 1)
            data[at:end], data[other:other] = b"", data[at:end]
    return bytes(data)


INSERTS = [
    b"<", b">", b'"', b"'", b"&", b"\n", b"\0", b"\xff", b"</", b"/>", b"]]>", b"<!--", b"-->",
    b"<![CDATA[", b"<?xml?>", b"<!DOCTYPE a [", b"&amp;", b"&#0;", b"&#x41;", b"</message>",
    b"</channel>", b"<message ", b"<channel>", b'type="', b"99999999999999999999", b"-1", b"@a:b",
    b"n[0-9]", b"n[1-", b"\x94h\x00", b"R", b"b.", b"\x93", b"cos\nsystem\n", b"\x81", b"\x85",
    b"\x8c\x02os", b"\x8c\x06system", b"c__builtin__\neval\n", b"(", b"t", b"]", b"}", b"e", b"u",
]  # fmt: skip


def message(rnd):
    """Return a line: a message, mostly changed in one of its layers."""
    kind = rnd.choice(KINDS)
    attributes = cases.pairs(kind, **({"action": rnd.choice(ACTIONS)} if kind == "CTL" else {}))
    raw = rnd.choice(PAYLOADS) if rnd.random() < 0.6 else b""
    if raw and rnd.random() < 0.5:
        raw = changed(rnd, raw)
    text = base64.b64encode(raw)
    if text and rnd.random() < 0.1:
        text = re.sub(rb"(.{60})", rb"\1\n", text)
    line = b"<message %b>%b</message>\n" % (attributes.encode(), text)
    return changed(rnd, line) if rnd.random() < 0.4 else line


ACTIONS = ("shell", "write", "eof", "noop", "")


def document(rnd):
    """Return the lines of a document."""
    ready = rnd.random() < 0.7
    lines = [(cases.READY if ready else cases.OPEN).encode("latin1")]
    lines += [message(rnd) for _ in range(rnd.randrange(1, 8))]
    if rnd.random() < 0.05:
        lines[0] = changed(rnd, lines[0])
    data = b"".join(lines)
    if rnd.random() < 0.2:
        data = changed(rnd, data)
    return data.splitlines(keepends=True)


class Stream(dict):
    """Streams of a worker that takes everything."""

    wbuf = b""


class Worker:
    """Stands for the worker of a channel, and for its client."""

    SNAME_STDERR = "stderr"

    def __init__(self, log):
        self.log = log
        self.clients = [self]
        self.streams = Stream({comm.Channel.SNAME_WRITER: Stream()})
        self.ended = False

    def write(self, data, sname=None):
        self.log.append(re.sub(rb'msgid="\d+"', b"", data))

    def abort(self):
        self.ended = True


class Task:
    """Stands for the task of a gateway."""

    def __init__(self, worker):
        self.worker = worker
        self._engine = None
        self._infos = {}

    def abort(self, kill=False):
        self.worker.ended = True

    def info(self, key, default=None):
        return self._infos.get(key, default)

    def set_info(self, key, value):
        self._infos[key] = value

    def set_default(self, key, value):
        pass

    def schedule(self, worker):
        pass


class TreeWorker:
    """Stands for the worker that would run a command."""

    def __init__(self, nodes, handler, timeout, **kwargs):
        self.nodes = nodes

    def write(self, data):
        pass

    set_write_eof = abort = lambda self: None


class Head(comm.Channel):
    """The end of a head node that does nothing with what it receives."""

    def __init__(self, log):
        comm.Channel.__init__(self, initiator=True)
        self.log = log

    def start(self):
        pass

    def recv(self, msg):
        text = re.sub(r"msgid: \d+", "", str(msg))
        if msg.has_payload:
            try:
                text += re.sub(" at 0x[0-9a-f]+", "", repr(msg.data_decode()))
            except comm.MessageProcessingError as exc:
                text += str(exc)
        self.log.append(text)


def head_end(log):
    worker = Worker(log)
    return Head(log), worker


def gateway_end(log):
    worker = Worker(log)
    return Gateway.GatewayChannel(Task(worker)), worker


def play(make, lines, whole):
    """Return what a channel has done on *lines*."""
    comm.Message._inst_counter = 0
    log = []
    channel, worker = make(log)
    if not whole:
        channel._parser._whole = lambda found: False
    channel.ev_start(worker)
    for line in lines:
        if worker.ended:
            break
        if line.endswith(b"\n"):
            channel._ev_text(worker, "gw", channel.SNAME_READER, line[:-1])
        else:
            channel.ev_read(worker, "gw", channel.SNAME_READER, line)
    return log


ENDS = {"head": head_end, "gateway": gateway_end}


def run(side, count, seed, progress=None):
    """Give *count* lines to one side; raise what no message may cause."""
    make = ENDS[side]
    done = number = 0
    while done < count:
        rnd = random.Random(f"{seed} {number}")
        number += 1
        lines = document(rnd)
        done += len(lines)
        try:
            signal.alarm(PATIENCE)
            WATCH.active = True
            whole = play(make, lines, True)
            parsed = play(make, lines, False)
        except BaseException as exc:
            raise AssertionError(f"{side} {seed} {number - 1}: {lines!r}") from exc
        finally:
            WATCH.active = False
            signal.alarm(0)
        assert whole == parsed, f"{side} {seed} {number - 1}: {lines!r}\n{whole}\n{parsed}"
        if progress and number % 1000 == 0:
            progress(done)
    return done


def expired(signum, frame):
    raise TimeoutError(f"a document has taken {PATIENCE} seconds")


def prepare():
    """Set the bounds; return a function that takes them back."""
    sys.addaudithook(WATCH)
    before = signal.signal(signal.SIGALRM, expired)
    tree_worker, Gateway.TreeWorker = Gateway.TreeWorker, TreeWorker
    logging.disable(logging.CRITICAL)
    for name in ("ascii", "latin-1", "raw-unicode-escape", "utf-8", "utf-16"):
        codecs.lookup(name)  # loaded when first used

    def restore():
        Gateway.TreeWorker = tree_worker
        signal.signal(signal.SIGALRM, before)
        logging.disable(logging.NOTSET)

    return restore


def progress(side):
    """Return a function that shows how far *side* is."""
    return lambda done: print(side, done, end="\r", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--side", choices=[*ENDS], action="append")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    prepare()
    for side in options.side or ENDS:
        done = run(side, options.count, options.seed, progress(side))
        print(f"{side}: {done} lines, nothing that may not be")


if __name__ == "__main__":
    main()

"""Writing to commands."""

from tests.recorded.traces.recording import scenario


def _both(t, command, **kwargs):
    """Start a command as a node's and as a local one, one after the other."""
    for where in ("nodes", "key"):
        yield lambda where=where: t.known(
            t.task.shell(command, **{where: "n1"}, **kwargs), f"of {where}"
        )


@scenario((b"hello\n",), (b"hello",), (b"",), (b"a\nb\n\nc",), (b"\x00\xff\n",))
def before_the_run(t, data):
    for start in _both(t, "cat", handler=t.handler()):
        worker = start()
        worker.write(data)
        worker.set_write_eof()
        t.task.resume()
    t.results()


@scenario(("ev_start",), ("ev_pickup",))
def when_started(t, event):
    def write(worker, *_):
        worker.write(b"one\n")
        worker.write(b"two\n")
        worker.set_write_eof()

    for start in _both(t, "cat", handler=t.handler(**{event: write})):
        start()
        t.task.resume()


@scenario()
def as_an_answer(t):
    def answer(worker, node, sname, msg):
        worker.write(b"again\n")
        worker.set_write_eof()

    for start in _both(
        t,
        "echo question; cat",
        handler=t.handler(ev_read=lambda *a: answer(*a) if a[3] == b"question" else None),
    ):
        start()
        t.task.resume()


@scenario()
def conversation(t):
    def answer(worker, node, sname, msg):
        if msg == b"3":
            worker.set_write_eof()
        else:
            worker.write(b"%d\n" % (int(msg) + 1))

    for start in _both(
        t, "cat", handler=t.handler(ev_start=lambda worker: worker.write(b"1\n"), ev_read=answer)
    ):
        start()
        t.task.resume()


@scenario((70_000,), (1_000_000,))
def much(t, size):
    for start in _both(t, "wc -c", handler=t.handler()):
        worker = start()
        worker.write(b"x" * size)
        worker.set_write_eof()
        t.task.resume()


@scenario()
def nobody_reads(t):
    """The command ends without reading: no error, whatever is left is dropped."""
    for start in _both(t, "exec <&-; sleep 0.05; echo done", handler=None):
        worker = start()
        worker.write(b"x" * 200_000)
        worker.set_write_eof()
        t.task.resume()
        t.results()


@scenario()
def end_only(t):
    for start in _both(t, "cat; echo end", handler=t.handler()):
        start().set_write_eof()
        t.task.resume()


def _fed(t):
    """Give each command some input before it runs."""
    for start in _both(t, "cat", handler=t.handler()):
        worker = start()
        worker.write(b"a\n")
        yield worker
        t.task.resume()


@scenario()
def end_twice(t):
    for worker in _fed(t):
        t.attempt("set_write_eof", worker.set_write_eof)
        t.attempt("set_write_eof", worker.set_write_eof)


@scenario()
def write_after_end(t):
    for worker in _fed(t):
        worker.set_write_eof()
        t.attempt("write", worker.write, b"b\n")


@scenario()
def write_when_over(t):
    for start in _both(t, "true", handler=t.handler()):
        worker = start()
        t.task.resume()
        t.attempt("write", worker.write, b"b\n")
        t.attempt("set_write_eof", worker.set_write_eof)


@scenario(("text",), (None,), (5,))
def not_bytes(t, data):
    for start in _both(t, "cat", handler=t.handler()):
        worker = start()
        t.attempt("write", worker.write, data)
        t.attempt("set_write_eof", worker.set_write_eof)
        t.attempt("resume", t.task.resume, 2)


@scenario(by_node=True)
def to_several_nodes(t):
    worker = t.known(t.task.shell("cat; echo %h", nodes="n[1-3]", handler=t.handler()), "worker")
    worker.write(b"same\n")
    worker.set_write_eof()
    t.task.resume()
    t.results()


@scenario(by_node=True)
def to_several_nodes_with_fanout(t):
    """Commands that start later get all of it too."""
    t.task.set_info("fanout", 1)
    worker = t.known(t.task.shell("cat", nodes="n[1-3]", handler=t.handler()), "worker")
    worker.write(b"same\n")
    worker.set_write_eof()
    t.task.resume()
    t.results()


@scenario()
def with_stdin_false(t):
    for start in _both(t, "cat", handler=t.handler(), stdin=False):
        worker = start()
        t.attempt("write", worker.write, b"a\n")
        t.attempt("set_write_eof", worker.set_write_eof)
        t.attempt("resume", t.task.resume, 1)
        t.results()


@scenario()
def errors_apart(t):
    for start in _both(t, "cat >&2", handler=t.handler(), stderr=True):
        worker = start()
        worker.write(b"a\nb")
        worker.set_write_eof()
        t.task.resume()


@scenario()
def never_ended(t):
    """A command that reads for ever is ended by its time."""
    for start in _both(t, "cat", handler=t.handler(), timeout=0.15):
        start().write(b"a\n")
        t.task.resume()


@scenario(("stdin",), ("stdout",), ("none",))
def by_stream_name(t, sname):
    for start in _both(t, "cat", handler=t.handler(), timeout=1):
        worker = start()
        t.attempt("write", worker.write, b"a\n", sname)
        t.attempt("set_write_eof", worker.set_write_eof, sname)
        worker.set_write_eof()
        t.attempt("resume", t.task.resume, 2)

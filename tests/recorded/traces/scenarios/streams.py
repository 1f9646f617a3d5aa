"""Workers on files and pipes of the program."""

import os

from ClusterShell.Worker.Worker import StreamWorker, WorkerSimple
from tests.recorded.traces.recording import scenario


class File:
    """One end of a pipe; closed once, by whoever does it."""

    def __init__(self, fd):
        self.fd = fd

    def fileno(self):
        return self.fd

    @property
    def closed(self):
        try:
            os.fstat(self.fd)
        except OSError:
            return True
        return False

    def read(self):
        """Return all there is."""
        data = b""
        while True:
            more = os.read(self.fd, 65536)
            if not more:
                return data
            data += more

    def close(self):
        if not self.closed:
            os.close(self.fd)


def _pipe(data=b"", close=True):
    """Return the reading end of a pipe that holds ``data``, and the other end."""
    reader, writer = os.pipe()
    os.write(writer, data)
    if close:
        os.close(writer)
    return File(reader), None if close else File(writer)


@scenario((b"a\nb\n",), (b"a",), (b"",), (b"a\r\n\n",))
def simple_reader(t, data):
    reader, _ = _pipe(data)
    worker = WorkerSimple(reader, None, None, "key", t.handler())
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.results()
    t.attempt("read", worker.read)
    t.log("closed", reader.closed)


@scenario()
def simple_kept_open(t):
    reader, _ = _pipe(b"a\n")
    worker = WorkerSimple(reader, None, None, "key", t.handler(), closefd=False)
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.log("closed", reader.closed)
    reader.close()


@scenario(("stderr",), ("merged",))
def simple_error(t, kind):
    reader, _ = _pipe(b"out\n")
    errors, _ = _pipe(b"err\n")
    worker = WorkerSimple(reader, None, errors, "key", t.handler(), stderr=kind == "stderr")
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.events.sort(key=lambda event: event[-2:] if event[0] == "ev_read" else ["", ""])
    t.results()
    t.attempt("error", worker.error)
    errors.close()


@scenario()
def simple_writer(t):
    reader, writer = _pipe(close=False)
    worker = WorkerSimple(None, writer, None, "key", t.handler())
    t.task.schedule(t.known(worker, "worker"))
    worker.write(b"to the pipe\n")
    worker.set_write_eof()
    t.task.resume(3)
    t.log("received", reader.read())
    reader.close()


def _read(t, data, handler, **kwargs):
    """Read *data* from a pipe that stays open."""
    reader, writer = _pipe(data, close=False)
    worker = WorkerSimple(reader, None, None, "key", handler, **kwargs)
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.results()
    writer.close()


@scenario()
def simple_timeout(t):
    _read(t, b"a\nb", t.handler(), timeout=0.1)


@scenario()
def simple_autoclose(t):
    reader, writer = _pipe(close=False)
    worker = WorkerSimple(reader, None, None, "key", t.handler(), autoclose=True)
    t.task.schedule(t.known(worker, "worker"))
    t.task.shell("exec sleep 0.02", key="k")
    t.task.resume(3)
    writer.close()


@scenario()
def simple_abort(t):
    _read(t, b"a\n", t.handler(ev_read=lambda w, *_: w.abort()))


@scenario()
def simple_descriptors(t):
    reader, writer = _pipe(close=False)
    worker = WorkerSimple(reader, writer, None, "key", None)
    t.log(
        "same",
        worker.reader_fileno() == reader.fileno(),
        worker.writer_fileno() == writer.fileno(),
        worker.error_fileno(),
    )
    reader.close()
    writer.close()


@scenario((True,), (False,))
def named_streams(t, retain):
    """Any number of readers, each with its name."""
    worker = StreamWorker(t.handler(), key="key")
    for name in ("one", "two"):
        reader, _ = _pipe(name.encode() + b" line\n")
        worker.set_reader(name, reader, retain=retain)
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.events.sort(key=lambda event: str(event[-2:]) if event[0] == "ev_read" else "")
    for name in ("one", "two", "stdout"):
        t.attempt(name, lambda name=name: worker.read(sname=name))


@scenario()
def named_writer(t):
    reader, writer = _pipe(close=False)
    worker = StreamWorker(t.handler(), key="key")
    worker.set_writer("out", writer)
    t.task.schedule(t.known(worker, "worker"))
    t.attempt("write", worker.write, b"a\n", "out")
    t.attempt("set_write_eof", worker.set_write_eof, "out")
    t.task.resume(3)
    t.log("received", reader.read())
    reader.close()


@scenario()
def descriptor_numbers(t):
    """Streams may be given as numbers."""
    read_end, write_end = os.pipe()
    os.write(write_end, b"a\n")
    os.close(write_end)
    worker = StreamWorker(t.handler(), key="key")
    worker.set_reader("in", read_end)
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.attempt("fstat", lambda: os.fstat(read_end) and "open")


@scenario()
def key_of_a_stream_worker(t):
    reader, _ = _pipe(b"a\n")
    worker = StreamWorker(t.handler())
    worker.set_reader("in", reader)
    t.attempt("set_key", worker.set_key, "other")
    t.task.schedule(t.known(worker, "worker"))
    t.task.resume(3)
    t.attempt("key_buffer", lambda: bytes(t.task.key_buffer("other")))


@scenario()
def no_stream_at_all(t):
    worker = StreamWorker(t.handler(), key="key")
    t.task.schedule(t.known(worker, "worker"))
    t.attempt("resume", t.task.resume, 1)


@scenario()
def regular_file(t):
    """poll and select say that a file can always be read; epoll refuses it."""
    path = t.tmp / "file"
    path.write_bytes(b"a\nb\n")
    t.log("size", path.stat().st_size)
    with open(path, "rb", 0) as file:
        worker = WorkerSimple(file, None, None, "key", None, closefd=False)
        t.log("reader_fileno", worker.reader_fileno() == file.fileno())

# cython: boundscheck=False, initializedcheck=False
"""From bytes to lines: what happens for every line of output."""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.cpython.bytes import (
        PyBytes_AS_STRING,
        PyBytes_FromStringAndSize,
        PyBytes_GET_SIZE,
    )
    from cython.cimports.libc.string import memchr


def split_lines(text: bytes) -> list:
    """Return the lines of *text*, which ends in a newline or is empty.

    A line ends at a newline; one carriage return right before it is dropped.
    """
    lines: list = []
    if cython.compiled:
        if text is None:
            raise TypeError("text must be bytes, not None")
        start: cython.p_char = PyBytes_AS_STRING(text)
        left: cython.Py_ssize_t = PyBytes_GET_SIZE(text)
        found: cython.p_char
        size: cython.Py_ssize_t
        while left > 0:
            found = cython.cast(cython.p_char, memchr(start, 10, left))
            if found == cython.NULL:
                break
            size = found - start
            left -= size + 1
            if size > 0 and start[size - 1] == 13:
                lines.append(PyBytes_FromStringAndSize(start, size - 1))
            else:
                lines.append(PyBytes_FromStringAndSize(start, size))
            start = found + 1
    else:
        lines = text.split(b"\n")
        lines.pop()
        if b"\r" in text:
            lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
    return lines


def emit_lines(
    worker: object,
    lines: list,
    key: object,
    node: object,
    sname: str,
    ev_read: object,
    add: object,
) -> None:
    """Record each of *lines*, make it the worker's current message, call the handler.

    *add* records a line for (worker, key); it is None when nothing is recorded.
    *node* becomes the worker's current node.
    """
    source: tuple = (worker, key)
    for line in lines:
        if add is not None:
            add(source, line)
        worker.current_node = node
        worker.current_sname = sname
        worker.current_msg = line
        ev_read(worker, key, sname, line)

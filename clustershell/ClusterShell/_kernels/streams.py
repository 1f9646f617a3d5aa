# cython: boundscheck=False
"""From bytes to lines: what happens for every read and for every line."""

try:
    from ClusterShell._kernels import _cython_shim as cython  # type: ignore[import-not-found]
except ImportError:
    import cython


def split_lines(rest: bytes, data: bytes) -> tuple:
    """Return the lines that *data*, following *rest*, completes, and the new rest.

    A line ends at a newline; one carriage return right before it is dropped.
    """
    if rest:
        data = rest + data
    lines: list = data.split(b"\n")
    rest = lines.pop()
    if b"\r" in data:
        lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
    return lines, rest


def unfinished(rest: bytes, data: bytes) -> bytes:
    """Return what follows the last newline of *data*, or *rest* and *data* if there is none."""
    stop: cython.Py_ssize_t = data.rfind(b"\n") + 1
    if stop:
        return data[stop:]
    return rest + data


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

"""Which source a compiled kernel was built from.

The build appends to each shared object a *stamp*: a checksum of the kernel's
source and of the declarations that kernels share.  Loaders ignore what follows
the end of a shared object.  Where sources and shared objects lie side by side,
:mod:`ClusterShell._accel` compares stamps, so that an edited kernel which nobody
has built again is never mistaken for what the source says.  Contents are
compared, not times: a checkout makes every file new and none of them different.

Used by ``setup.py`` too, which loads this file by its path.
"""

from __future__ import annotations

import os
from zlib import crc32

_KERNELS = os.path.dirname(os.path.abspath(__file__))
_COMPILED = os.path.join(os.path.dirname(_KERNELS), "_compiled")


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as stream:
        return stream.read()


def stamps(names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the stamp of each of these kernels as its source is now."""
    shared = 0
    for entry in sorted(os.listdir(_COMPILED)):
        if entry.endswith(".pxd"):
            shared = crc32(_read(os.path.join(_COMPILED, entry)), crc32(entry.encode(), shared))
    return {name: _stamp(name, shared) for name in names}


def _stamp(name: str, shared: int) -> bytes:
    source = _read(os.path.join(_KERNELS, name + ".py"))
    return b"\nClusterShell source %08x %08x\n" % (crc32(source), shared)


def carries(path: str, stamp: bytes) -> bool:
    """Return whether the file ``path`` exists and ends with ``stamp``."""
    try:
        with open(path, "rb", buffering=0) as stream:
            stream.seek(-len(stamp), os.SEEK_END)
            return stream.read() == stamp
    except OSError:
        return False


def append(path: str, stamp: bytes) -> None:
    """Let the file ``path`` end with ``stamp``."""
    if not carries(path, stamp):
        with open(path, "ab") as stream:
            stream.write(stamp)

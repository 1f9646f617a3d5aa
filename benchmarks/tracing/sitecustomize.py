"""Notes which files of ClusterShell a process enters functions of.

Python runs this at its start where its folder is on PYTHONPATH.  The notes go to a file
in the folder that BENCHMARKS_TRACE names, at the end of each process.
"""

import atexit
import os
import sys
import threading

PART = os.sep + "ClusterShell" + os.sep
FOLDER = os.environ.get("BENCHMARKS_TRACE")
entered = set()


def note(frame, event, _arg):
    if event == "call":
        entered.add(frame.f_code.co_filename)


def modules():
    """Return the files entered so far, from the package's folder on."""
    return sorted(name.rpartition(PART)[2] for name in entered if PART in name)


def write():
    sys.setprofile(None)
    with open(os.path.join(FOLDER, str(os.getpid())), "w") as file:
        file.write("\n".join(modules()))


if FOLDER:
    sys.setprofile(note)
    threading.setprofile(note)
    atexit.register(write)

#!/usr/bin/env python3
"""Follow a long command on many nodes, and end it everywhere at the first error.

    watch.py NODES COMMAND

Shows each line as it comes.  A line that begins with "error" ends all the commands.
"""

import sys

from ClusterShell.Event import EventHandler
from ClusterShell.Task import task_self


class Watch(EventHandler):
    """Shows lines, and aborts the worker at the first that tells of an error."""

    def __init__(self):
        self.culprit = None

    def ev_read(self, worker, node, sname, msg):
        print(f"{node}: {msg.decode(errors='replace')}", flush=True)
        if msg.startswith(b"error") and self.culprit is None:
            self.culprit = node
            worker.abort()


def main(nodes, command):
    watch = Watch()
    task_self().run(command, nodes=nodes, handler=watch)
    if watch.culprit is not None:
        print(f"ended because of {watch.culprit}", file=sys.stderr)
    return int(watch.culprit is not None)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

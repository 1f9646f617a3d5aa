#!/usr/bin/env python3
"""Which nodes answer otherwise than most do?

    differs.py NODES COMMAND

Prints the answer of most nodes first, then each other one with the nodes that gave it, and
ends with 1 if there is any, or if a command has failed.
"""

import sys

from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self


def main(nodes, command):
    task = task_self()
    task.run(command, nodes=nodes, timeout=60, stderr=True)
    answers = [(NodeSet.fromlist(who), output.message()) for output, who in task.iter_buffers()]
    for who, output in sorted(answers, key=lambda answer: -len(answer[0])):
        print(f"{who} ({len(who)})")
        print(output.decode(errors="replace"))
    late = NodeSet.fromlist(list(task.iter_keys_timeout()))
    if late:
        print(f"no answer in time: {late}", file=sys.stderr)
    return int(len(answers) > 1 or bool(late) or bool(task.max_retcode()))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

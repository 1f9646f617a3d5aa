#!/usr/bin/env python3
"""Groups of nodes from /etc/hosts: each word behind "# groups:" on the line of a host.

    hosts_groups.py map GROUP | list | all

For a source in groups.conf(5):

    [hosts]
    map: hosts_groups.py map $GROUP
    list: hosts_groups.py list
    all: hosts_groups.py all
"""

import os
import sys


def groups(path):
    """Return a mapping of group to the first names of its hosts; "" has all hosts."""
    found = {"": []}
    with open(path) as file:
        for line in file:
            entry, _, comment = line.partition("#")
            words = entry.split()
            if len(words) < 2:
                continue
            found[""].append(words[1])
            if comment.strip().startswith("groups:"):
                for group in comment.partition(":")[2].split():
                    found.setdefault(group, []).append(words[1])
    return found


def main(what, group=""):
    found = groups(os.environ.get("HOSTS", "/etc/hosts"))
    if what == "list":
        print("\n".join(sorted(name for name in found if name)))
    else:
        print("\n".join(found.get(group, [])))


if __name__ == "__main__":
    if sys.argv[1:2] not in (["map"], ["list"], ["all"]):
        sys.exit(__doc__)
    main(*sys.argv[1:3])

"""Program of a head node, for any release: runs one scenario, and prints what has happened.

python mixed_head.py TOPOLOGY SCENARIO FOLDER
"""

import json
import os
import sys

from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self

NODES = "n[0-5]"


class Notes(EventHandler):
    """Notes down all events; *act* may do something about them."""

    def __init__(self, act=None):
        self.nodes = {}
        self.closed = []
        self.routing = []
        self.act = act

    def node(self, node):
        empty = {"pickups": 0, "stdout": [], "stderr": [], "codes": []}
        return self.nodes.setdefault(str(node), empty)

    def ev_pickup(self, worker, node):
        self.node(node)["pickups"] += 1
        if self.act:
            self.act("pickup", worker, node)

    def ev_read(self, worker, node, sname, msg):
        self.node(node)[sname].append(msg.decode("latin1"))
        if self.act:
            self.act("read", worker, node)

    def ev_hup(self, worker, node, rc):
        self.node(node)["codes"].append(rc)

    def ev_close(self, worker, timedout):
        self.closed.append(timedout)

    def _ev_routing(self, worker, arg):
        self.routing.append([arg["event"], str(arg["gateway"]), str(arg["targets"])])


def found(folder):
    """Return the files below *folder*, with what is in them."""
    files = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name)) as file:
                files[os.path.relpath(os.path.join(path, name), folder)] = file.read()
    return files


class Head:
    """The scenarios: a method each."""

    def __init__(self, folder):
        self.task = task_self()
        self.folder = folder
        self.source = os.path.join(folder, "source")
        self.notes = Notes()

    def shell(self, command, nodes=NODES, **kwargs):
        kwargs.setdefault("handler", self.notes)
        return self.task.shell(command, nodes=nodes, tree=True, **kwargs)

    def output(self):
        self.shell("echo a $FAKE_HOST; echo b >&2; exit 3")

    def same_output(self):
        self.shell("seq 200")

    def errors_in_output(self):
        self.shell("echo a; echo b >&2", stderr=False)

    def codes(self):
        self.shell("exit ${FAKE_HOST#n}")

    def input(self):
        worker = self.shell("cat")
        worker.write(b"one\n")
        worker.write(b"two")
        worker.set_write_eof()

    def timeout(self):
        self.shell("echo a; exec sleep 9", timeout=1.5)

    def timeout_of_some(self):
        self.shell("[ $FAKE_HOST = n2 ] && exec sleep 9; exit 1", timeout=1.5)

    def here(self):
        self.shell("echo %h", remote=False)

    def fanout_of_one(self):
        self.task.set_info("fanout", 1)
        self.shell("echo a")

    def without_grooming(self):
        self.task.set_info("grooming_delay", 0)
        self.shell("seq 20")

    def two_workers(self):
        self.shell("echo a", "n[0-3]")
        self.shell("echo b", "n[2-5]")

    def again(self):
        for _ in range(3):
            self.shell("echo a")
            self.task.resume(30)

    def abort(self):
        def act(event, worker, node):
            if event == "read":
                worker.abort()

        self.notes.act = act
        self.task.set_info("grooming_delay", 0)
        self.shell("echo a; exec sleep 9", "n0")

    def gateway_dead(self):
        os.environ["DEAD_HOSTS"] = "gw1 sub1"
        self.shell("echo a")

    def gateway_killed(self):
        self.task.set_info("grooming_delay", 0)
        self.shell("sleep 0.5; [ $FAKE_HOST = n0 ] && kill -9 $GW_PID; sleep 1; echo a")

    def copy_of_a_file(self):
        self.copied(os.path.join(self.source, "file"))

    def copy_of_a_folder(self):
        self.copied(self.source)

    def copied(self, source):
        dest = os.path.join(self.folder, "dest")
        os.mkdir(dest)
        # One node: those of the scenario share the destination, and would get in each other's way.
        self.task.copy(source, dest + "/", "n1", handler=self.notes, tree=True)

    def copy_back(self):
        dest = os.path.join(self.folder, "dest")
        os.mkdir(dest)
        source = os.path.join(self.source, "file")
        self.task.rcopy(source, dest, "n[0-2]", handler=self.notes, tree=True)


def main():
    topology, scenario, folder = sys.argv[1:]
    head = Head(folder)
    task = head.task
    task.load_topology(topology)
    task.set_info("ssh_path", os.path.join(folder, "ssh"))
    task.set_default("stderr", True)
    getattr(head, scenario)()
    task.resume(30)
    notes = head.notes
    print(
        json.dumps(
            {
                "nodes": dict(sorted(notes.nodes.items())),
                "closed": notes.closed,
                "routing": sorted(notes.routing),
                "codes": sorted(
                    [rc, str(NodeSet.fromlist(keys))] for rc, keys in task.iter_retcodes()
                ),
                "timeouts": sorted(map(str, task.iter_keys_timeout())),
                "files": found(os.path.join(folder, "dest")),
            }
        )
    )


if __name__ == "__main__":
    main()

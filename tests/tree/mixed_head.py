"""Program of a head node, for any release: runs one scenario, and prints what has happened.

python mixed_head.py TOPOLOGY SCENARIO FOLDER SETTING VALUE
"""

import collections
import decimal
import json
import os
import sys

from ClusterShell.Event import EventHandler
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Task import task_self

NODES = "n[0-5]"


class Notes(EventHandler):
    """Notes down all events of a worker; *act* may do something about them."""

    def __init__(self, act=None):
        self.nodes = {}
        self.closed = []
        self.routing = []
        self.act = act

    def note(self, node, event):
        """Note *event* of *node*; return what is known of this."""
        empty = {"events": [], "stdout": [], "stderr": []}
        known = self.nodes.setdefault(str(node), empty)
        # Many lines are as good as one, and which stream is first is chance.
        if known["events"][-1:] != [event]:
            known["events"].append(event)
        return known

    def ev_pickup(self, worker, node):
        self.note(node, "pickup")
        if self.act:
            self.act("pickup", worker, node)

    def ev_read(self, worker, node, sname, msg):
        self.note(node, "read")[sname].append(msg.decode("latin1"))
        if self.act:
            self.act("read", worker, node)

    def ev_hup(self, worker, node, rc):
        self.note(node, f"hup {rc}")

    def ev_close(self, worker, timedout):
        self.closed.append(timedout)

    def _ev_routing(self, worker, arg):
        self.routing.append([arg["event"], str(arg["gateway"]), str(arg["targets"])])


def found(folder):
    """Return the files and folders below *folder*: permissions, and what is in them."""
    files = {}
    for path, folders, names in os.walk(folder):
        for name in folders + names:
            one = os.path.join(path, name)
            text = None
            if name in names:
                with open(one) as file:
                    text = file.read()
            files[os.path.relpath(one, folder)] = [oct(os.stat(one).st_mode), text]
    return files


class Head:
    """The scenarios: a method each."""

    def __init__(self, folder):
        self.task = task_self()
        self.folder = folder
        self.source = os.path.join(folder, "source")
        self.act = None
        #: One for each worker.
        self.notes = []

    def handler(self):
        """Return the handler of a new worker."""
        self.notes.append(Notes(self.act))
        return self.notes[-1]

    def shell(self, command, nodes=NODES, **kwargs):
        return self.task.shell(command, nodes=nodes, tree=True, handler=self.handler(), **kwargs)

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
        self.shell("echo a; exec sleep 60", timeout=4)

    def timeout_of_some(self):
        self.shell("[ $FAKE_HOST = n2 ] && exec sleep 60; exit 1", timeout=4)

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

    def settings(self):
        """Of any class: a program's own, which gateways hand on or do without."""
        self.task.set_info("limit", decimal.Decimal("1.5"))
        self.task.set_info("many", collections.OrderedDict(a=1))
        self.shell("echo a")

    def gateway_too(self):
        self.shell("echo $FAKE_HOST", "gw0,n[0-3]")

    def gateway_alone(self):
        self.shell("echo $FAKE_HOST", "gw0")

    def again(self):
        for _ in range(3):
            self.shell("echo a")
            self.task.resume(60)

    def abort(self):
        def act(event, worker, node):
            if event == "read":
                worker.abort()

        self.act = act
        self.task.set_info("grooming_delay", 0)
        self.shell("echo a; exec sleep 60", "n0")

    def gateway_dead(self):
        self.shell("echo a")

    def gateway_killed(self):
        self.task.set_info("grooming_delay", 0)
        self.shell("sleep 1; [ $FAKE_HOST = n0 ] && kill -9 $GW_PID; sleep 3; echo a")

    def copy_of_a_file(self):
        self.copied(os.path.join(self.source, "file"))

    def copy_of_a_folder(self):
        self.copied(self.source)

    def copied(self, source):
        dest = os.path.join(self.folder, "dest") + "/"
        self.task.copy(source, dest, NODES, handler=self.handler(), tree=True)

    def copy_to_nowhere(self):
        source = os.path.join(self.source, "file")
        dest = os.path.join(self.folder, "none", "file")
        self.task.copy(source, dest, NODES, handler=self.handler(), tree=True)

    def copy_back(self):
        self.copied_back(os.path.join(self.source, "file"))

    def copy_a_folder_back(self):
        self.copied_back(self.source)

    def copied_back(self, source):
        dest = os.path.join(self.folder, "fetched")
        self.task.rcopy(source, dest, NODES, handler=self.handler(), tree=True)


def main():
    topology, scenario, folder, setting, value = sys.argv[1:]
    head = Head(folder)
    task = head.task
    task.load_topology(topology)
    task.set_info(setting, value)
    task.set_default("stderr", True)
    getattr(head, scenario)()
    task.resume(60)
    print(
        json.dumps(
            {
                "nodes": {
                    f"{node} of worker {number}": known
                    for number, notes in enumerate(head.notes)
                    for node, known in sorted(notes.nodes.items())
                },
                "closed": [notes.closed for notes in head.notes],
                "routing": [sorted(notes.routing) for notes in head.notes],
                "codes": sorted(
                    [rc, str(NodeSet.fromlist(keys))] for rc, keys in task.iter_retcodes()
                ),
                "timeouts": sorted(map(str, task.iter_keys_timeout())),
                "files": found(os.path.join(folder, "nodes")),
                "fetched": found(os.path.join(folder, "fetched")),
            }
        )
    )


if __name__ == "__main__":
    main()

"""Mistakes that a type checker has to find: in each line with a mark, and in no other."""

from ClusterShell.Defaults import DEFAULTS
from ClusterShell.Event import EventHandler
from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet, expand
from ClusterShell.RangeSet import RangeSet, RangeSetND
from ClusterShell.Task import task_self
from ClusterShell.Worker.Exec import ExecWorker
from ClusterShell.Worker.Worker import Worker

NodeSet(3)  # wrong
NodeSet(["a", "b"])  # wrong
NodeSet("a", autostep="3")  # wrong
NodeSet("a").update(3)  # wrong
NodeSet("a").updaten("a", "b")  # wrong
NodeSet("a").frobnicate()  # wrong
NodeSet.fromlist([1, 2])  # wrong
NodeSet("a") | NodeSet("b")
NodeSet("a")["0"]  # wrong
number: int = NodeSet("a")[0]  # wrong
name: str = NodeSet("a")[0:1]  # wrong
text: str = expand("a")  # wrong
RangeSet(1.5)  # wrong
RangeSet("1").add(1.5)  # wrong
RangeSet("1").frobnicate()  # wrong
RangeSet("1").add_range("1", 2)  # wrong
elements: list[int] = list(RangeSet("1"))  # wrong
RangeSetND("1").index(5)  # wrong
MsgTree().add("key", "text")  # wrong
task = task_self()
task.shell(["uname"], nodes="node1")  # wrong
task.shell("uname", nodes=5)  # wrong
task.shell("uname", nodes=["node1", "node2"])
task.shell("uname").node_retcode("node1")  # wrong
task.shell("uname", nodes="node1").node_retcode(1)  # wrong
task.shell("uname", nodes="node1").write("text")  # wrong
task.copy("/etc/hosts", "/tmp")  # wrong
task.timer("5", EventHandler())  # wrong
task.port("handler")  # wrong
task.resume("5")  # wrong
task.resume(5)
task.frobnicate()  # wrong
output: str = task.node_buffer("node1")  # wrong
codes: dict[int, NodeSet] = dict(task.iter_retcodes())  # wrong
DEFAULTS.fanout = "64"  # wrong
ExecWorker("node1", handler=None, timeout="5", command="true")  # wrong


class Reader(EventHandler):
    def ev_read(self, worker: Worker, node: str, sname: str, msg: str) -> None:  # wrong
        print(worker, node, sname, msg)

    def ev_close(self, worker: Worker) -> None:  # wrong
        print(worker)

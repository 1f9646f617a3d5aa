"""Mistakes that a type checker has to find: in each line with a mark, and in no other."""

from ClusterShell.MsgTree import MsgTree
from ClusterShell.NodeSet import NodeSet, expand
from ClusterShell.RangeSet import RangeSet, RangeSetND

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

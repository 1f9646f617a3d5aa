"""The tree through which commands reach nodes: its file, its routes, its groups.

A topology file says, for sets of nodes, which other nodes they can reach::

    [routes]
    admin: gw[0-1]
    gw0: n[0-99]
    gw1: n[100-199]

Seen from one node, the root, these routes are a tree of node groups.
"""

from __future__ import annotations

import configparser
import logging
import warnings

from ClusterShell.NodeSet import NodeSet

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LOGGER = logging.getLogger(__name__)

# The modules come with a star import since the first releases.
__all__ = [
    "LOGGER",
    "NodeSet",
    "TopologyError",
    "TopologyGraph",
    "TopologyNodeGroup",
    "TopologyParser",
    "TopologyRoute",
    "TopologyRoutingTable",
    "TopologyTree",
    "configparser",
    "logging",
    "warnings",
]


class TopologyError(Exception):
    """A topology is malformed, or is asked for what it does not hold."""


class TopologyNodeGroup:
    """Nodes that are reached in the same way; one vertex of the tree.

    The names of the attributes are known to gateways, which receive the tree
    as a pickle.
    """

    def __init__(self, nodeset: Any = None) -> None:
        self.nodeset = nodeset
        #: The group through which this one is reached, None for the root.
        self.parent: TopologyNodeGroup | None = None
        self._children: list[TopologyNodeGroup] = []
        self._children_len = 0
        self._children_ns: NodeSet | None = None

    def printable_subtree(self, prefix: str = "") -> str:
        """Return a drawing of this group and all below it, one line for each.

        :param prefix: what stands in front of the lines of groups that are neither
            the root of their tree nor right below it.
        """
        if self.parent is None:
            text = f"{self.nodeset}\n"
        else:
            text = f"{'`' if self._is_last() else '|'}- {self.nodeset}\n"
            if self.parent.parent is not None:
                prefix += "   " if self.parent._is_last() else "|  "
                text = prefix + text
        return text + "".join(child.printable_subtree(prefix) for child in self._children)

    def add_child(self, child: TopologyNodeGroup) -> None:
        """Put ``child`` below this group, if it is not there already.

        Raises AssertionError for what is no TopologyNodeGroup, or an empty one.
        """
        if not isinstance(child, TopologyNodeGroup):
            raise AssertionError("please provide a TopologyNodeGroup")
        if not child.nodeset:
            raise AssertionError("empty nodeset in child")
        if child in self._children:
            return
        child.parent = self
        self._children.append(child)
        if self._children_ns is None:
            self._children_ns = NodeSet()
        self._children_ns.add(child.nodeset)

    def clear_child(self, child: TopologyNodeGroup, strict: bool = False) -> None:
        """Take ``child`` away.

        Raises ValueError, if ``strict``, when it is not a child of this group.
        """
        if child not in self._children and not strict:
            return
        self._children.remove(child)
        if self._children:
            assert self._children_ns is not None
            self._children_ns.difference_update(child.nodeset)
        else:
            self._children_ns = None

    def clear_children(self) -> None:
        """Take all children away."""
        del self._children[:]
        self._children_ns = None

    def children(self) -> list[TopologyNodeGroup]:
        """Return the groups right below this one (the list itself)."""
        return self._children

    def children_ns(self) -> NodeSet | None:
        """Return all nodes of the children, None if there are no children."""
        return self._children_ns

    def children_len(self) -> int:
        """Return the number of nodes of all children."""
        return len(self._children_ns) if self._children_ns is not None else 0

    def _is_last(self) -> bool:
        """Return whether this group is the last child of its parent."""
        return self.parent._children[-1] is self  # type: ignore[union-attr]

    def __str__(self) -> str:
        return f"<TopologyNodeGroup ({self.nodeset})>"


class TopologyTree:
    """Node groups in a tree; iterating gives all groups, parents before children."""

    class TreeIterator:
        """All groups of a tree, depth first, the last children before the first."""

        def __init__(self, tree: TopologyTree) -> None:
            self._stack = [tree.root] if tree.root is not None else []

        def __iter__(self) -> Iterator[TopologyNodeGroup]:
            return self

        def __next__(self) -> TopologyNodeGroup:
            if not self._stack:
                raise StopIteration
            group = self._stack.pop()
            self._stack.extend(group.children())
            return group

        next = __next__

    def __init__(self) -> None:
        self.root: TopologyNodeGroup | None = None
        self.groups: list[TopologyNodeGroup] = []

    def load(self, rootnode: TopologyNodeGroup) -> None:
        """Take the tree whose root is ``rootnode``."""
        self.root = rootnode
        groups, stack = [], [rootnode]
        while stack:
            groups.append(stack.pop())
            stack += groups[-1].children()
        self.groups = groups

    def __iter__(self) -> Iterator[TopologyNodeGroup]:
        return self.TreeIterator(self)

    def __str__(self) -> str:
        if self.root is None:
            return "<TopologyTree instance (empty)>"
        return self.root.printable_subtree()

    def find_nodegroup(self, node: Any) -> TopologyNodeGroup:
        """Return the group that holds ``node`` (a name or a node set).

        Raises TopologyError when there is none.
        """
        for group in self.groups:
            if node in group.nodeset:
                return group
        raise TopologyError(f"TopologyNodeGroup not found for node {node}")

    def inner_node_count(self) -> int:
        """Return the number of nodes that others are reached through."""
        return sum(len(group.nodeset) for group in self.groups if group.children_len())

    def leaf_node_count(self) -> int:
        """Return the number of nodes that no others are reached through."""
        return sum(len(group.nodeset) for group in self.groups if not group.children_len())


class TopologyRoute:
    """The nodes of ``src`` can reach those of ``dst``.

    Raises TopologyError when some nodes are on both sides.
    """

    def __init__(self, src_ns: NodeSet, dst_ns: NodeSet) -> None:
        self.src = src_ns
        self.dst = dst_ns
        if src_ns & dst_ns:
            raise TopologyError("Source and destination nodesets overlap")

    def dest(self, nodeset: Any = None) -> NodeSet | None:
        """Return what can be reached from all of ``nodeset``, None if nothing."""
        if nodeset is None or nodeset in self.src:
            return self.dst
        return None

    def __str__(self) -> str:
        return f"{self.src} -> {self.dst}"


class TopologyRoutingTable:
    """Routes that together lead to each node in one way only."""

    def __init__(self) -> None:
        self._routes: list[TopologyRoute] = []
        self.aggregated_src = NodeSet()
        self.aggregated_dst = NodeSet()

    def add_route(self, route: TopologyRoute) -> None:
        """Add a route.

        Raises TopologyError for one that leads back to where it comes from, or
        to nodes that others lead to.
        """
        if self._introduce_circular_reference(route):
            raise TopologyError(f"Loop detected! Cannot add route {route}")
        if self._introduce_convergent_paths(route):
            raise TopologyError(f"Convergent path detected! Cannot add route {route}")
        if self._leads_back(route):
            raise TopologyError(f"Loop detected! Cannot add route {route}")
        self._routes.append(route)
        self.aggregated_src.add(route.src)
        self.aggregated_dst.add(route.dst)

    def connected(self, src_ns: Any) -> NodeSet | None:
        """Return what can be reached from all of ``src_ns``, None if nothing."""
        found = NodeSet()
        for route in self._routes:
            dst = route.dest(src_ns)
            if dst is not None:
                found.add(dst)
        return found or None

    def __str__(self) -> str:
        return "\n".join(str(route) for route in self._routes)

    def __iter__(self) -> Iterator[TopologyRoute]:
        return iter(self._routes)

    def _introduce_circular_reference(self, route: TopologyRoute) -> bool:
        """Return whether all of the end of ``route`` leads back to its start."""
        reached: NodeSet | None = route.dst
        for _ in self._routes:
            reached = self.connected(reached)
            if reached is None:
                break
            if reached & route.src:
                return True
        return False

    def _introduce_convergent_paths(self, route: TopologyRoute) -> bool:
        """Return whether ``route`` would lead to some nodes in a second way."""
        for known in self._routes:
            if known.dst & route.dst and known.src != route.src:
                return True
            # A gateway that is reached together with others or without them.
            if route.dst < known.src or known.dst < route.src:
                return True
        return False

    def _leads_back(self, route: TopologyRoute) -> bool:
        """Return whether some of the end of ``route`` leads back to its start."""
        reached = NodeSet()
        found = route.dst
        while found:
            reached.add(found)
            following = NodeSet()
            for known in self._routes:
                if known.src & found:
                    following.add(known.dst)
            found = following - reached
        return bool(reached & route.src)


class TopologyGraph:
    """Routes, from which the tree of any root can be made."""

    def __init__(self) -> None:
        self._routing = TopologyRoutingTable()
        self._nodegroups: dict[str, TopologyNodeGroup] = {}
        self._root = ""

    def add_route(self, src_ns: NodeSet, dst_ns: NodeSet) -> None:
        """Add a route between two sets of nodes.

        Raises TopologyError as TopologyRoute and TopologyRoutingTable do, and
        AssertionError for what is no NodeSet.
        """
        if not (isinstance(src_ns, NodeSet) and isinstance(dst_ns, NodeSet)):
            raise AssertionError("please provide node sets")
        self._routing.add_route(TopologyRoute(src_ns, dst_ns))

    def dest(self, from_nodeset: Any) -> NodeSet | None:
        """Return what can be reached from all of ``from_nodeset``, None if nothing."""
        return self._routing.connected(from_nodeset)

    def to_tree(self, root: str) -> TopologyTree:
        """Return the tree of what can be reached from the node ``root``.

        Raises TopologyError when there is no route at all, or no such node.
        """
        self._validate(root)
        tree = TopologyTree()
        self._routes_to_tng()
        tree.load(self._nodegroups[self._root])
        return tree

    def __str__(self) -> str:
        lines = [f"{name}: {group}" for name, group in self._nodegroups.items()]
        return "<TopologyGraph>\n" + "\n".join(lines)

    def _routes_to_tng(self) -> None:
        """Make the node groups: sources of routes, and what is the source of none.

        The order of groups is that of the routes, which is the order of the drawing, but for
        the root, which comes last.
        """
        routing = self._routing
        groups: dict[str, TopologyNodeGroup] = {}
        for route in routing:
            source = self._root if self._root in route.src else str(route.src)
            groups.setdefault(source, TopologyNodeGroup(route.src))
            leaves = route.dst - routing.aggregated_src
            if leaves:
                groups.setdefault(str(leaves), TopologyNodeGroup(leaves))
        self._nodegroups = groups
        place = self._root
        if self._root not in groups:
            # Nothing is reached through the root itself: it is among leaves.
            places = [name for name, group in groups.items() if self._root in group.nodeset]
            if not places:
                raise TopologyError(f'"{self._root}" is not a valid root node!')
            place = places[0]
        for group in groups.values():
            for route in routing:
                if group.nodeset in route.dst:
                    source = self._root if self._root in route.src else str(route.src)
                    groups[source].add_child(group)
                    break
        groups[self._root] = groups.pop(place)

    def _validate(self, root: str) -> None:
        """Remember the root, or raise TopologyError."""
        if not list(self._routing):
            raise TopologyError("No route found in topology definition!")
        known = self._routing.aggregated_src | self._routing.aggregated_dst
        if root not in known:
            raise TopologyError(f'"{root}" is not a valid root node!')
        # Without a name it is the source of the first route.
        self._root = str(next(iter(self._routing)).src) if root in (None, "") else root


class TopologyParser(configparser.ConfigParser):
    """A topology file.

    Raises TopologyError for a malformed one.
    """

    def __init__(self, filename: str | None = None) -> None:
        super().__init__()
        # Names of options are names of nodes, whose case counts.
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self._topology: list[tuple[str, str]] = []
        self.graph: TopologyGraph | None = None
        self._tree: TopologyTree | None = None
        if filename:
            self.load(filename)

    def load(self, filename: str) -> None:
        """Read the routes of a file.

        Raises TopologyError when it cannot be read, is malformed, or when its
        routes do not form a tree.
        """
        try:
            self.read(filename)
            if self.has_section("routes"):
                self._topology = self.items("routes")
            else:
                # Before 1.7 the section had another name.
                self._topology = self.items("Main")
                warnings.warn(
                    "topology: section [Main] is deprecated since v1.7, use [routes] instead",
                    DeprecationWarning,
                    stacklevel=2,
                )
        except (configparser.Error, UnicodeDecodeError) as exc:
            raise TopologyError(f"Invalid configuration file: {filename}") from exc
        self._build_graph()

    def _build_graph(self) -> None:
        """Make a graph of the routes; what names no nodes is left out."""
        self.graph = TopologyGraph()
        for src, dst in self._topology:
            src_ns, dst_ns = NodeSet(src), NodeSet(dst)
            if not src_ns:
                LOGGER.debug("no nodes to route from: %s", src)
                continue
            if not dst_ns:
                LOGGER.debug("no nodes to route to from %s: %s", src, dst)
                continue
            self.graph.add_route(src_ns, dst_ns)

    def tree(self, root: str, force_rebuild: bool = False) -> TopologyTree:
        """Return the tree seen from the node ``root``.

        It is kept, and returned for any root, until ``force_rebuild``.

        Raises TopologyError when there is no route, or no such node.
        """
        if self._tree is None or force_rebuild:
            if self.graph is None:
                raise TopologyError("No route found in topology definition!")
            self._tree = self.graph.to_tree(root)
        return self._tree

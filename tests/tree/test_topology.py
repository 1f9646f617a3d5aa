"""ClusterShell.Topology: files, routes, trees, and pickles that gateways know."""

import base64
import pickle
import subprocess

import pytest

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetParseError
from ClusterShell.Topology import (
    TopologyError,
    TopologyGraph,
    TopologyNodeGroup,
    TopologyParser,
    TopologyRoute,
    TopologyRoutingTable,
    TopologyTree,
)
from tests.recorded import load
from tests.recorded.topology.record import ROUTES

PICKLES = {line["protocol"]: line["pickle"] for line in load("topology/pickles.jsonl")}

DRAWING = """\
admin
|- gw0
|  `- n[0-9]
`- gw1
   `- sub[01-02]
      `- m[1-3]-ib0,x
"""


def graph(*routes):
    made = TopologyGraph()
    for src, dst in routes:
        made.add_route(NodeSet(src), NodeSet(dst))
    return made


def drawn(root, *routes):
    return str(graph(*routes).to_tree(root))


@pytest.fixture
def parse(tmp_path):
    def parser(text):
        path = tmp_path / "topology.conf"
        path.write_text(text)
        return TopologyParser(str(path))

    return parser


class TestNodeGroup:
    def test_children(self):
        group = TopologyNodeGroup(NodeSet("a"))
        first, second = TopologyNodeGroup(NodeSet("b[1-3]")), TopologyNodeGroup(NodeSet("c"))
        assert (group.children(), group.children_ns(), group.children_len()) == ([], None, 0)
        group.add_child(first)
        group.add_child(second)
        group.add_child(first)
        assert group.children() == [first, second]
        assert str(group.children_ns()) == "b[1-3],c"
        assert group.children_len() == 4
        assert first.parent is second.parent is group
        assert not first._is_last()
        assert second._is_last()

    def test_children_leave(self):
        group = TopologyNodeGroup(NodeSet("a"))
        first, second = TopologyNodeGroup(NodeSet("b[1-3]")), TopologyNodeGroup(NodeSet("c"))
        group.add_child(first)
        group.add_child(second)
        group.clear_child(first)
        assert (str(group.children_ns()), group.children_len()) == ("c", 1)
        group.clear_child(first)
        with pytest.raises(ValueError, match="not in list"):
            group.clear_child(first, strict=True)
        group.clear_child(second, strict=True)
        assert group.children_ns() is None
        group.add_child(first)
        group.clear_children()
        assert (group.children(), group.children_ns(), group.children_len()) == ([], None, 0)

    def test_text(self):
        assert str(TopologyNodeGroup(NodeSet("a[1-2]"))) == "<TopologyNodeGroup (a[1-2])>"
        assert str(TopologyNodeGroup()) == "<TopologyNodeGroup (None)>"

    def test_prefix_of_a_drawing(self):
        """It stands before all but the root and what is right below."""
        tree = graph(("r", "a[1-2]"), ("a1", "b"), ("b", "c")).to_tree("r")
        parts = ["a1", "r", "b"]
        drawn = [tree.find_nodegroup(name).printable_subtree("+") for name in parts]
        below = "`- a1\n+   `- b\n+      `- c\n"
        assert drawn == [below, "r\n|- a2\n" + below, "+   `- b\n+      `- c\n"]
        with pytest.raises(AttributeError):
            TopologyNodeGroup(NodeSet("r"))._is_last()

    def test_root_below_others(self):
        """It keeps its place among those that are reached in the same way."""
        whole = graph(("a", "b"), ("b", "c"), ("b", "e"), ("c", "d"), ("e", "f[1-3]"))
        assert str(whole.to_tree("c")) == "   |- c\n   |  `- d\n"
        assert str(whole.to_tree("b")).splitlines()[1] == "   |- c"
        assert str(whole.to_tree("d")) == "|  `- d\n"


class TestRoutes:
    def test_route(self):
        route = TopologyRoute(NodeSet("a[1-2]"), NodeSet("b[1-3]"))
        assert str(route) == "a[1-2] -> b[1-3]"
        assert str(route.dest()) == str(route.dest("a1")) == str(route.dest(NodeSet("a[1-2]")))
        assert route.dest(NodeSet("a[1-3]")) is None
        assert route.dest("z") is None

    def test_nobody_reaches_himself(self):
        with pytest.raises(TopologyError, match="^Source and destination nodesets overlap$"):
            TopologyRoute(NodeSet("a[1-2]"), NodeSet("a2,b"))

    def test_table(self):
        table = TopologyRoutingTable()
        for src, dst in (("a[1-2]", "b"), ("a1", "c"), ("a2", "d")):
            table.add_route(TopologyRoute(NodeSet(src), NodeSet(dst)))
        assert str(table) == "a[1-2] -> b\na1 -> c\na2 -> d"
        assert [str(route) for route in table] == str(table).split("\n")
        assert str(table.connected("a1")) == "b,c"
        assert str(table.connected(NodeSet("a[1-2]"))) == "b"
        assert table.connected(NodeSet("a[1-3]")) is None
        assert (str(table.aggregated_src), str(table.aggregated_dst)) == ("a[1-2]", "b,c,d")

    @pytest.mark.parametrize(
        "routes",
        [
            [("a", "b"), ("b", "a")],
            [("a", "b"), ("b", "c"), ("c", "a")],
            [("r", "a"), ("a", "b"), ("b", "a")],
            # Only one of several nodes leads back.
            [("a", "b[1-2]"), ("b1", "c"), ("c", "a")],
            [("r", "a1,b3"), ("b1", "a3,c[2-3]"), ("a3", "b[1-2]")],
        ],
    )
    def test_loops(self, routes):
        made = graph(*routes[:-1])
        with pytest.raises(TopologyError, match="^Loop detected! Cannot add route .* -> .*$"):
            made.add_route(*map(NodeSet, routes[-1]))

    @pytest.mark.parametrize(
        "routes",
        [
            [("a", "b[1-3]"), ("c", "b[3-5]")],
            [("a[1-2]", "b"), ("a1", "b")],
            [("a1", "b"), ("a[1-2]", "b")],
            [("r", "a[1-2]"), ("a[1-3]", "b")],
            [("b[1-2]", "c"), ("r", "b1")],
        ],
    )
    def test_second_ways(self, routes):
        made = graph(*routes[:-1])
        with pytest.raises(TopologyError) as raised:
            made.add_route(*map(NodeSet, routes[-1]))
        src, dst = routes[-1]
        assert str(raised.value) == f"Convergent path detected! Cannot add route {src} -> {dst}"


class TestTrees:
    def test_drawing(self):
        assert drawn("admin", *ROUTES) == DRAWING

    @pytest.mark.parametrize(
        ("root", "routes", "text"),
        [
            ("r", [("r", "g[1-2]"), ("g[1-2]", "n[1-3]")], "r\n`- g[1-2]\n   `- n[1-3]\n"),
            ("r", [("r", "n[1-3],g"), ("g", "m")], "r\n|- n[1-3]\n`- g\n   `- m\n"),
            (
                "r",
                [("r", "g[1-4]"), ("g[1-2]", "n1"), ("g[2-3]", "n2")],
                "r\n|- g4\n|- g[1-2]\n|  `- n1\n`- g[2-3]\n   `- n2\n",
            ),
            ("r", [("r", "g"), ("r", "h"), ("g", "x")], "r\n|- h\n`- g\n   `- x\n"),
            ("r1", [("r[1-2]", "g"), ("g", "n")], "r[1-2]\n`- g\n   `- n\n"),
            ("g", [("r", "g"), ("g", "n")], "`- g\n   `- n\n"),
            ("s", [("r", "a"), ("s", "b")], "s\n`- b\n"),
            ("a1", [("r", "a[1-2]")], "`- a[1-2]\n"),
        ],
    )
    def test_shapes(self, root, routes, text):
        assert drawn(root, *routes) == text

    def test_counts_and_order(self):
        tree = graph(*ROUTES).to_tree("admin")
        assert [str(group.nodeset) for group in tree] == [
            "admin",
            "gw1",
            "sub[01-02]",
            "m[1-3]-ib0,x",
            "gw0",
            "n[0-9]",
        ]
        assert tree.groups == list(tree)
        assert tree.root is tree.groups[0]
        assert (tree.inner_node_count(), tree.leaf_node_count()) == (5, 14)
        assert next(TopologyTree.TreeIterator(tree)) is tree.root

    def test_finding(self):
        tree = graph(("r", "g"), ("g", "n[1-3]")).to_tree("r")
        assert str(tree.find_nodegroup("n2").nodeset) == "n[1-3]"
        assert tree.find_nodegroup(NodeSet("r")) is tree.root
        with pytest.raises(TopologyError, match="^TopologyNodeGroup not found for node zz$"):
            tree.find_nodegroup("zz")

    def test_empty(self):
        tree = TopologyTree()
        assert str(tree) == "<TopologyTree instance (empty)>"
        assert list(tree) == tree.groups == []
        assert tree.inner_node_count() == tree.leaf_node_count() == 0

    def test_loading_again_replaces(self):
        tree = graph(("r", "g")).to_tree("r")
        tree.load(tree.root)
        assert len(tree.groups) == 2

    @pytest.mark.parametrize("root", [None, ""])
    def test_root_without_a_name(self, root):
        """It is the source of the first route."""
        assert drawn(root, ("r", "g[1-2]"), ("g[1-2]", "n")) == "r\n`- g[1-2]\n   `- n\n"

    @pytest.mark.parametrize("root", ["x", "r,x"])
    def test_no_such_root(self, root):
        with pytest.raises(TopologyError) as raised:
            graph(("r", "g")).to_tree(root)
        assert str(raised.value) == f'"{root}" is not a valid root node!'

    def test_no_routes(self):
        with pytest.raises(TopologyError, match="^No route found in topology definition!$"):
            TopologyGraph().to_tree("r")

    def test_graph(self):
        made = graph(("r", "g[1-2]"), ("g1", "n1"))
        assert str(made.dest("r")) == "g[1-2]"
        assert made.dest("n1") is None
        assert str(made) == "<TopologyGraph>\n"
        made.to_tree("r")
        assert str(made) == (
            "<TopologyGraph>\ng2: <TopologyNodeGroup (g2)>\ng1: <TopologyNodeGroup (g1)>\n"
            "n1: <TopologyNodeGroup (n1)>\nr: <TopologyNodeGroup (r)>"
        )
        made.add_route(NodeSet("n1"), NodeSet("m"))
        assert str(made.to_tree("r")).endswith("`- m\n")


class TestFiles:
    def test_routes(self, parse):
        parser = parse("[routes]\nr: g[1-2]\ng1 = n[1-3],\n  m\n; comment\n# comment\n")
        assert str(parser.tree("r")) == "r\n|- g2\n`- g1\n   `- m,n[1-3]\n"
        assert str(parser.tree("r").find_nodegroup("m").parent) == "<TopologyNodeGroup (g1)>"

    def test_the_tree_is_kept(self, parse):
        parser = parse("[routes]\nr: g\ns: h\n")
        tree = parser.tree("r")
        assert parser.tree("s") is tree
        assert str(parser.tree("s", force_rebuild=True)) == "s\n`- h\n"

    def test_old_section(self, parse):
        with pytest.deprecated_call(match=r"\[Main\]"):
            parser = parse("[Main]\nr: g\n")
        assert str(parser.tree("r")) == "r\n`- g\n"

    def test_new_section_comes_first(self, parse):
        assert str(parse("[Main]\nr: x\n[routes]\nr: g\n").tree("r")) == "r\n`- g\n"

    def test_case_counts(self, parse):
        parser = parse("[routes]\nR: G\n")
        assert str(parser.tree("R")) == "R\n`- G\n"

    def test_what_names_no_nodes_is_left_out(self, parse):
        assert str(parse("[routes]\nr: g\ng:\n").tree("r")) == "r\n`- g\n"
        with pytest.raises(TopologyError, match="No route found"):
            parse("[routes]\nr:\n").tree("r")

    def test_both_ends_are_read_first(self, parse):
        with pytest.raises(NodeSetParseError, match="missing bracket"):
            parse("[routes]\nr: g\ng!g: n[\n")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[other]\na: b\n",
            "a: b\n",
            "[routes]\n: x\n",
            "[routes]\na: b\na: c\n",
            "[routes\na: b\n",
        ],
    )
    def test_malformed(self, parse, tmp_path, text):
        with pytest.raises(TopologyError) as raised:
            parse(text)
        assert str(raised.value) == f"Invalid configuration file: {tmp_path}/topology.conf"

    def test_missing(self):
        with pytest.raises(TopologyError, match="^Invalid configuration file: /nonexistent$"):
            TopologyParser("/nonexistent")

    def test_nothing_loaded(self):
        with pytest.raises(TopologyError, match="No route found"):
            TopologyParser().tree("r")


CODE = """
import pickle, sys
tree = pickle.load(sys.stdin.buffer)
print(tree, tree.inner_node_count(), tree.leaf_node_count(), tree.groups[0] is tree.root,
      tree.root.children_len(), tree.root.children_ns(), tree.find_nodegroup("gw1").parent)
"""


class TestPickles:
    @pytest.mark.parametrize("protocol", PICKLES)
    def test_of_the_released_package(self, protocol):
        tree = pickle.loads(base64.b64decode(PICKLES[protocol]))
        assert str(tree) == DRAWING
        assert type(tree) is TopologyTree
        assert [str(group) for group in tree.groups] == [
            str(group) for group in graph(*ROUTES).to_tree("admin").groups
        ]
        assert tree.root.children_len() == 2

    @pytest.mark.parametrize("protocol", [2, 3, 4])
    def test_state(self, protocol):
        """The names are known to gateways of other releases."""
        tree = graph(*ROUTES).to_tree("admin")
        assert set(vars(tree)) == {"root", "groups"}
        assert set(vars(tree.root)) == {
            "nodeset",
            "parent",
            "_children",
            "_children_len",
            "_children_ns",
        }
        assert str(pickle.loads(pickle.dumps(tree, protocol))) == DRAWING

    @pytest.mark.parametrize("protocol", [2, 4])
    def test_read_by_the_released_package(self, peer_python, protocol):
        tree = graph(*ROUTES).to_tree("admin")
        done = subprocess.run(
            [peer_python, "-c", CODE],
            input=pickle.dumps(tree, protocol),
            capture_output=True,
            env={},
            cwd="/",
        )
        assert done.stderr == b""
        assert (
            done.stdout.decode() == DRAWING + " 5 14 True 2 gw[0-1] <TopologyNodeGroup (admin)>\n"
        )


@pytest.mark.parametrize("root", ["r,g1", "@g"])
def test_what_is_no_node_is_no_root(root):
    graph = TopologyGraph()
    for source, target in (("r", "g[1-2]"), ("g[1-2]", "n[1-9]")):
        graph.add_route(*(NodeSet(nodes, resolver=RESOLVER_NOGROUP) for nodes in (source, target)))
    with pytest.raises(TopologyError):
        graph.to_tree(root)


def test_tree_of_nothing_is_not_loaded():
    with pytest.raises(AttributeError):
        TopologyTree().load(None)

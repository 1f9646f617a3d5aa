"""Workloads of the table "NodeSet and groups", but for its command lines."""

import random

from benchmarks.workloads import workload

GROUP = "NodeSet and groups"


def shuffled(names, seed=1):
    random.Random(seed).shuffle(names)
    return names


def one_prefix(count, seed=1):
    return shuffled([f"node{index}" for index in range(count)], seed)


def reading(text):
    """Return a function that reads *text*."""
    from ClusterShell.NodeSet import NodeSet

    return lambda: NodeSet(text)


def expanding(text):
    from ClusterShell.NodeSet import expand

    return lambda: expand(text)


@workload(GROUP, "fromlist of 20,000 names: one prefix", must=15, aim=40)
def fromlist_one_prefix(scale):
    from ClusterShell.NodeSet import NodeSet

    names = one_prefix(int(20_000 * scale))
    return lambda: NodeSet.fromlist(names)


@workload(GROUP, "fromlist of 20,000 names: 50 prefixes", must=15, aim=40)
def fromlist_50_prefixes(scale):
    from ClusterShell.NodeSet import NodeSet

    stems = [f"{a}{b}-" for a in "abcde" for b in "klmnopqrst"]
    names = shuffled([stems[i % 50] + str(i // 50) for i in range(int(20_000 * scale))])
    return lambda: NodeSet.fromlist(names)


@workload(GROUP, "str(fromlist()) of 100,000 shuffled names", must=20, aim=50)
def fold_shuffled(scale):
    from ClusterShell.NodeSet import NodeSet

    names = one_prefix(int(100_000 * scale))
    return lambda: str(NodeSet.fromlist(names))


@workload(GROUP, "the same names joined by commas, parsed as one string (20,000)", must=15, aim=40)
def parse_commas(scale):
    return reading(",".join(one_prefix(int(20_000 * scale))))


@workload(GROUP, "parse node[0-99999]", must=500)
def parse_dense(scale):
    return reading(f"node[0-{int(100_000 * scale) - 1}]")


@workload(GROUP, "parse a folded string of 100,000 sparse indexes", must=20, aim=50)
def parse_sparse(scale):
    count = int(100_000 * scale)
    indexes = sorted(random.Random(2).sample(range(10 * count), count))
    return reading("node[" + ",".join(map(str, indexes)) + "]")


@workload(GROUP, "expand 100,000 names, plain", must=10, aim=20)
def expand_plain(scale):
    return expanding(f"node[0-{int(100_000 * scale) - 1}]")


@workload(GROUP, "expand 100,000 names, padded with a suffix", must=10, aim=20)
def expand_padded(scale):
    return expanding(f"node[000000-{int(100_000 * scale) - 1:06d}]-ib")


def dense(scale):
    from ClusterShell.NodeSet import NodeSet

    return NodeSet(f"node[0-{int(100_000 * scale) - 1}]")


@workload(GROUP, "ns[50000]", must=1000)
def item(scale):
    nodes = dense(scale)
    return lambda: nodes[int(50_000 * scale)]


@workload(GROUP, "split(32) of 100,000", must=5000)
def split(scale):
    nodes = dense(scale)
    return lambda: list(nodes.split(32))


def overlapping(scale):
    """Return the dense set, and one of its size that shares half of it."""
    from ClusterShell.NodeSet import NodeSet

    half = int(50_000 * scale)
    return dense(scale), NodeSet(f"node[{half}-{3 * half}]")


@workload(GROUP, "union of 100,000", must=200)
def union(scale):
    nodes, other = overlapping(scale)
    return lambda: nodes | other


@workload(GROUP, "difference of 100,000", must=200)
def difference(scale):
    nodes, other = overlapping(scale)
    return lambda: nodes - other


@workload(GROUP, "9,000 × remove of one node", must=5, aim=10)
def remove(scale):
    from ClusterShell.NodeSet import NodeSet

    count = int(10_000 * scale)
    names = one_prefix(count)[: count - count // 10]

    def run(nodes):
        for name in names:
            nodes.remove(name)

    return (lambda: NodeSet(f"node[0-{count - 1}]")), run


@workload(GROUP, "20,000 × add of one node, shuffled", must=5, aim=10)
def add(scale):
    from ClusterShell.NodeSet import NodeSet

    names = one_prefix(int(20_000 * scale))

    def run(nodes):
        for name in names:
            nodes.add(name)

    return NodeSet, run


@workload(GROUP, '2,000 × "node54321" in ns', must=5, aim=10)
def contains(scale):
    from ClusterShell.NodeSet import NodeSet

    nodes = NodeSet("node[0-99999]")
    times = int(2000 * scale)

    def run():
        for _ in range(times):
            assert "node54321" in nodes

    return run


@workload(GROUP, '3,000 × str(NodeSet("node[1-5,8],login1"))', must=5, aim=10)
def small_sets(scale):
    from ClusterShell.NodeSet import NodeSet

    times = int(3000 * scale)

    def run():
        for _ in range(times):
            str(NodeSet("node[1-5,8],login1"))

    return run


@workload(GROUP, "regroup() of 5,000 nodes against 2,000 groups of 50", must=100, aim=500)
def regroup(scale):
    from ClusterShell.NodeSet import NodeSet
    from ClusterShell.NodeUtils import GroupResolver, GroupSource

    count = int(5000 * scale)
    number = int(2000 * scale)
    generator = random.Random(3)
    groups = {}
    for group in range(number):
        first = 50 * group if group < number // 20 else generator.randrange(2 * count)
        groups[f"g{group}"] = f"node[{first}-{first + 49}]"
    resolver = GroupResolver(default_source=GroupSource("local", groups))
    nodes = NodeSet(f"node[0-{count - 1}]", resolver=resolver)
    return nodes.regroup

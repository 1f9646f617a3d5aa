"""Workloads on sets of ranges in one dimension."""

import pickle
import random

from benchmarks.workloads import workload

GROUP = "RangeSet"


def sample(scale, seed, count=100_000, of=1_000_000):
    """Return random indexes, fresh ones for each seed."""
    return random.Random(seed).sample(range(int(of * scale)), int(count * scale))


def sparse_pairs(scale):
    """Return a function that prepares two fresh random sparse sets at each call."""
    from ClusterShell.RangeSet import RangeSet

    seeds = iter(range(10**6))

    def prepare():
        return RangeSet(sample(scale, next(seeds))), RangeSet(sample(scale, next(seeds)))

    return prepare


def dense_pair(scale):
    from ClusterShell.RangeSet import RangeSet

    size = int(100_000 * scale)
    return RangeSet(f"0-{size - 1}"), RangeSet(f"{size // 2}-{size + size // 2}")


def reading(text):
    """Return a function that reads *text*."""
    from ClusterShell.RangeSet import RangeSet

    return lambda: RangeSet(text)


def on_set(function, text, **options):
    """Return a function that calls *function* with the set of *text*."""
    from ClusterShell.RangeSet import RangeSet

    made = RangeSet(text, **options)
    return lambda: function(made)


@workload(GROUP, "parse 0-999999", must=1000)
def parse_dense(scale):
    return reading(f"0-{int(1_000_000 * scale) - 1}")


@workload(GROUP, "parse 0-299999/3", must=20, aim=50)
def parse_stepped(scale):
    return reading(f"0-{int(300_000 * scale) - 1}/3")


@workload(GROUP, "parse 10,000 ranges", must=30, aim=80)
def parse_ranges(scale):
    return reading(",".join(f"{at}-{at + 9}" for at in range(0, int(200_000 * scale), 20)))


@workload(GROUP, "parse 20,000 single numbers", must=15, aim=40)
def parse_singles(scale):
    return reading(",".join(map(str, sorted(sample(scale, 1, 20_000, 200_000)))))


@workload(GROUP, "build from a shuffled list of 100,000 ints", must=15, aim=40)
def build_ints(scale):
    from ClusterShell.RangeSet import RangeSet

    seeds = iter(range(10**6))
    return lambda: sample(scale, next(seeds)), lambda numbers: RangeSet(numbers)


@workload(GROUP, "str() of 100,000: dense", must=10000)
def str_dense(scale):
    return on_set(str, f"0-{int(100_000 * scale) - 1}")


@workload(GROUP, "str() of 100,000: sparse", must=20)
def str_sparse(scale):
    from ClusterShell.RangeSet import RangeSet

    seeds = iter(range(10**6))
    return lambda: RangeSet(sample(scale, next(seeds))), str


@workload(GROUP, "str() of 100,000: padded step 2", must=15)
def str_padded(scale):
    return on_set(str, f"000000-{int(200_000 * scale) - 1:06d}/2")


@workload(GROUP, "str() of 100,000: autostep=3", must=1000)
def str_autostep(scale):
    return on_set(str, f"0-{int(100_000 * scale) - 1}", autostep=3)


@workload(GROUP, "iterate 100,000 as strings: dense", must=12, aim=20)
def iterate_dense(scale):
    return on_set(list, f"0-{int(100_000 * scale) - 1}")


@workload(GROUP, "iterate 100,000 as strings: sparse", must=12, aim=20)
def iterate_sparse(scale):
    from ClusterShell.RangeSet import RangeSet

    seeds = iter(range(10**6))
    return lambda: RangeSet(sample(scale, next(seeds))), list


@workload(GROUP, "iterate 100,000 as strings: padded", must=12, aim=20)
def iterate_padded(scale):
    return on_set(list, f"000000-{int(100_000 * scale) - 1:06d}")


@workload(GROUP, "rs[50000] on 0-99999", must=1000)
def item(scale):
    made, _ = dense_pair(scale)
    at = int(50_000 * scale)
    return lambda: made[at]


@workload(GROUP, 'rs.index("77777") on 0-99999', must=1000)
def index(scale):
    made, _ = dense_pair(scale)
    element = str(int(77_777 * scale))
    return lambda: made.index(element)


@workload(GROUP, "rs[10:99990:7] on 0-99999", must=30)
def stepped_slice(scale):
    made, _ = dense_pair(scale)
    stop = int(99_990 * scale)
    return lambda: made[10:stop:7]


@workload(GROUP, "split(32) of 100,000", must=5000)
def split(scale):
    made, _ = dense_pair(scale)
    return lambda: list(made.split(32))


@workload(GROUP, "union, dense 100k", must=2000)
def union_dense(scale):
    a, b = dense_pair(scale)
    return lambda: a | b


@workload(GROUP, "intersection, dense 100k", must=2000)
def intersection_dense(scale):
    a, b = dense_pair(scale)
    return lambda: a & b


@workload(GROUP, "difference, dense 100k", must=2000)
def difference_dense(scale):
    a, b = dense_pair(scale)
    return lambda: a - b


@workload(GROUP, "xor, dense 100k", must=2000)
def xor_dense(scale):
    a, b = dense_pair(scale)
    return lambda: a ^ b


@workload(GROUP, "true issubset, dense 100k", must=2000)
def issubset_dense(scale):
    a, _ = dense_pair(scale)
    b = a.copy()
    b.update(["5000000"])
    return lambda: a.issubset(b)


@workload(GROUP, "union of sparse sets of 100,000", must=6, aim=20)
def union_sparse(scale):
    return sparse_pairs(scale), lambda pair: pair[0] | pair[1]


@workload(GROUP, "intersection of sparse sets of 100,000", must=6, aim=20)
def intersection_sparse(scale):
    return sparse_pairs(scale), lambda pair: pair[0] & pair[1]


@workload(GROUP, "difference of sparse sets of 100,000", must=6, aim=20)
def difference_sparse(scale):
    return sparse_pairs(scale), lambda pair: pair[0] - pair[1]


@workload(GROUP, "xor of sparse sets of 100,000", must=6, aim=20)
def xor_sparse(scale):
    return sparse_pairs(scale), lambda pair: pair[0] ^ pair[1]


@workload(GROUP, "20,000 random add, each followed by a test", must=1, aim=2)
def add_and_test(scale):
    from ClusterShell.RangeSet import RangeSet

    seeds = iter(range(10**6))

    def prepare():
        numbers = sample(scale, next(seeds), 40_000)
        half = len(numbers) // 2
        return RangeSet(), list(zip(map(str, numbers[:half]), map(str, numbers[half:])))

    def run(state):
        made, pairs = state
        for element, other in pairs:
            made.add(element)
            other in made  # noqa: B015

    return prepare, run


@workload(GROUP, "pickle and unpickle 100,000 sparse", must=20)
def pickled(scale):
    from ClusterShell.RangeSet import RangeSet

    seeds = iter(range(10**6))
    prepare = lambda: RangeSet(sample(scale, next(seeds)))  # noqa: E731
    return prepare, lambda made: pickle.loads(pickle.dumps(made))


@workload(GROUP, "20,000 x (a | b, a & b, a - b) on sets of 6", must=2, aim=5)
def small_algebra(scale):
    from ClusterShell.RangeSet import RangeSet

    a = RangeSet("1-3,7,9,20")
    b = RangeSet("2,7-8,20-22")

    def run():
        for _ in range(int(20_000 * scale)):
            a | b
            a & b
            a - b

    return run


@workload(GROUP, '10,000 x str(RangeSet("1-5,8,10-12"))', must=5, aim=15)
def small_text(scale):
    from ClusterShell.RangeSet import RangeSet

    def run():
        for _ in range(int(10_000 * scale)):
            str(RangeSet("1-5,8,10-12"))

    return run

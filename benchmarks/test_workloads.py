"""Every workload as a pytest-benchmark case, in both lives.

python -m pytest benchmarks --scale 0.1 --benchmark-group-by=group
"""

import pytest

from benchmarks import workloads


@pytest.mark.parametrize("row", workloads.load(), ids=lambda row: row.key)
def test_workload(row, life, scale, benchmark):
    benchmark.group = row.group
    prepare, run = workloads.pair(row.make(scale))
    benchmark.pedantic(run, setup=lambda: ((prepare(),), {}), rounds=5, warmup_rounds=1)

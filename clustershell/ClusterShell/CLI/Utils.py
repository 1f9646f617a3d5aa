"""Small helpers shared by the command-line tools."""

from ClusterShell._cli.helpers import (
    GIBI,
    KIBI,
    MEBI,
    TEBI,
    bufnodeset_cmpkey,
    human_bi_bytes_unit,
    nodeset_cmpkey,
    parse_fold_axis,
)
from ClusterShell._lazy import lazy_names

__all__ = [
    "GIBI",
    "KIBI",
    "MEBI",
    "TEBI",
    "bufnodeset_cmpkey",
    "human_bi_bytes_unit",
    "nodeset_cmpkey",
    "parse_fold_axis",
]

__getattr__ = lazy_names(globals(), {"RangeSet": "ClusterShell.RangeSet"})

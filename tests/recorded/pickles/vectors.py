"""Print pickles of sets of vectors, made by any release under any Python, as JSON.

Rows of: vectors given, autostep, text of the folded set, pickle protocol, pickle in
base64, before and after folding.  `RangeSetND` came with release 1.7.
"""

import base64
import json
import pickle

from ClusterShell.RangeSet import RangeSetND

VECTORS = [
    ([], None),
    ([["0-3", "4-10"]], None),
    ([["0-3", "1"], ["0-3", "2"], ["9", "1"]], None),
    ([["01-03", "5"], ["04", "5-6"]], None),
    ([["1-9/2", "2-8/3"], ["1-9/2", "20-26/3"]], 3),
    ([["1", "2", "3"], ["1", "2", "4"], ["7", "08", "9"]], None),
]

rows = []
for vectors, autostep in VECTORS:
    made = RangeSetND(vectors, autostep=autostep)
    for _ in ("before", "after"):
        for protocol in (0, 2):
            data = base64.b64encode(pickle.dumps(made, protocol)).decode()
            twin = RangeSetND(vectors, autostep=autostep)
            rows.append([vectors, autostep, str(twin), protocol, data])
        str(made)
print(json.dumps(rows))

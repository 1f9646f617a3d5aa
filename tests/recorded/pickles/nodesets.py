"""Print pickles of node sets, made by any release under any Python, as JSON.

Rows of: text given, autostep, pickle protocol, pickle in base64.
"""

import base64
import json
import pickle

from ClusterShell.NodeSet import NodeSet, NodeSetException

TEXTS = [
    ("", None),
    ("login", None),
    ("node1", None),
    ("node[1-5,8]", None),
    ("node[001-010],adm[1-2],login", None),
    ("node[0-20/2]", 3),
    ("n[9-11]-ib0", None),
    ("x1y2", None),
    ("x[1-3]y[01-02],z", None),
    ("a[1-2]b[3-4]c[5-6],n5", 3),
    ("10.0.0.1,10.0.0.2", None),
    ("n%1", None),
]

rows = []
for text, autostep in TEXTS:
    try:
        nodes = NodeSet(text, autostep=autostep)
    except NodeSetException:
        # Releases before 1.7 refuse the empty text.
        continue
    for protocol in (0, 2):
        data = base64.b64encode(pickle.dumps(nodes, protocol)).decode()
        rows.append([text, autostep, protocol, data])
print(json.dumps(rows))

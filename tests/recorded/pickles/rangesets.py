"""Print pickles of range sets, made by any release under any Python, as JSON.

Rows of: text given, autostep, text of the set, its elements as integers, pickle
protocol, pickle in base64.
"""

import base64
import json
import pickle

try:
    from ClusterShell.RangeSet import RangeSet, RangeSetException
except ImportError:
    from ClusterShell.NodeSet import RangeSet, RangeSetException

TEXTS = [
    (None, None),
    ("5", None),
    ("0-9", None),
    ("1-5,8,20-29", None),
    ("001-010,100", None),
    ("08-12", None),
    ("0-20/2", None),
    ("0-20/2", 3),
    ("1-3,10-30/5,50", 3),
    ("003-030/3", 4),
    ("99999-100001", None),
]

rows = []
for text, autostep in TEXTS:
    try:
        indexes = RangeSet(text, autostep=autostep)
    except RangeSetException:
        # Releases before 1.6 refuse the empty set.
        continue
    numbers = sorted(int(index) for index in indexes)
    for protocol in (0, 1, 2):
        data = base64.b64encode(pickle.dumps(indexes, protocol)).decode()
        rows.append([text, autostep, str(indexes), numbers, protocol, data])
print(json.dumps(rows))

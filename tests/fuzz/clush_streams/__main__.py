"""Compare clush with the released package: ``python -m tests.fuzz.clush_streams``."""

import argparse
import os
import sys
import tempfile

from tests.fuzz.clush_streams import cases, compare


def main():
    """Run the comparison; exit with 1 if something is unexplained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="number of cases")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", default=os.environ.get("CLUSTERSHELL_PEER_PYTHON"))
    options = parser.parse_args()
    if not options.peer:
        parser.error("CLUSTERSHELL_PEER_PYTHON does not name an environment with the peer")
    with tempfile.TemporaryDirectory() as base:
        comparison = compare.Comparison(options.peer, base)
        for case in cases.some(options.count, options.seed):
            found = comparison.compare(case)
            if found and found[0] is None:
                print(compare.show(case, *found[1:]), flush=True)
        comparison.close()
    for reason, count in sorted(comparison.counts.items(), key=lambda item: -item[1]):
        print(f"{count:7}  {reason or 'UNEXPLAINED'}")
    sys.exit(bool(comparison.counts.get(None)))


if __name__ == "__main__":
    main()

"""The command that records: see the package."""

import argparse
import importlib
import json
import sys

from tests import recorded

KINDS = ("clubak", "clush", "gateway", "nodeset", "pickles", "surface", "topology", "traces")


def recorders():
    """Return all recorders by the file that each writes."""
    modules = [importlib.import_module(f"tests.recorded.{kind}.record") for kind in KINDS]
    return {recorder.file: recorder for module in modules for recorder in module.RECORDERS}


def main():
    found = recorders()
    parser = argparse.ArgumentParser(
        prog="python -m tests.recorded",
        description=recorded.__doc__.partition("\n")[0],
        epilog="files: " + ", ".join(found),
    )
    parser.add_argument("--peer", required=True, metavar="PYTHON")
    parser.add_argument("--new", action="store_true", help="record only what is not recorded yet")
    parser.add_argument(
        "--add", action="append", default=[], type=json.loads, metavar="CASE", help="JSON, of FILE"
    )
    parser.add_argument("files", nargs="+", choices=list(found), metavar="FILE")
    options = parser.parse_args()
    unstable = [
        found[file].record(options.peer, options.new, options.add) for file in options.files
    ]
    return int(any(unstable))


if __name__ == "__main__":
    sys.exit(main())

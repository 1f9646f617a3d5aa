"""Write the completions, or say which are not as the options are."""

import argparse
import sys

from tools.completions import TARGET, made

parser = argparse.ArgumentParser(prog="python -m tools.completions", description=__doc__)
parser.add_argument("--check", action="store_true", help="write nothing; fail if one is stale")
options = parser.parse_args()
files = made()
if options.check:
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(TARGET.parent)}: run python -m tools.completions")
    sys.exit(1 if stale else 0)
for path, text in files.items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

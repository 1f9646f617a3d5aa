"""Write the completions, or say which are not as the options are."""

import sys

from tools.completions import TARGET, made

files = made()
if sys.argv[1:] == ["--check"]:
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(TARGET.parent)}: run python -m tools.completions")
    sys.exit(1 if stale else 0)
for path, text in files.items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

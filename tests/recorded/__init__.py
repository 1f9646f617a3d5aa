"""Facts recorded of the released package, one folder for each kind."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def load(name):
    """Return what is recorded in the file *name* of a folder, as ``clush/sessions.json``."""
    text = (FOLDER / name).read_text()
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text)

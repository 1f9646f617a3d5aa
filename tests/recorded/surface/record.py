"""The public surface of the released package."""

import contextlib
import json
import subprocess

from tests import ROOT
from tests.recorded import Recorder

PROGRAM = "tests.recorded.surface.survey"


def survey(python):
    """Return the surface of the package that *python* imports, by module."""
    return json.loads(subprocess.check_output([python, "-m", PROGRAM], cwd=ROOT))


class Surface(Recorder):
    file = "surface/surface.json"
    times = 1

    def cases(self, peer):
        return [{"module": name} for name in survey(peer)]

    @contextlib.contextmanager
    def player(self, peer):
        modules = survey(peer)
        yield lambda case: modules[case["module"]]

    def text(self, lines):
        modules = []
        for line in lines:
            names = ",\n".join(
                f"{json.dumps(name)}: {json.dumps(entry, sort_keys=True)}"
                for name, entry in sorted(line["names"].items())
            )
            head = json.dumps(line["head"])
            modules.append(
                f'{json.dumps(line["module"])}: {{"head": {head},\n"names": {{\n{names}\n}}}}'
            )
        return "{\n" + ",\n".join(modules) + "\n}\n"


RECORDERS = [Surface()]

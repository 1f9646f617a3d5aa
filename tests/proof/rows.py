"""The rows of the table: what is checked, and in which environments."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path

from tests import ROOT
from tests.proof import clients, data, replacing, webassembly
from tests.proof.environments import RELEASED, Environment, clean_environ, run, wheels

#: Files of the suite that hold recorded facts of the released package against ours.
SURFACE = ["tests/contract/test_surface.py"]
OLD_PICKLES = ["tests/nodes/test_nodeset_pickle.py", "tests/ranges"]

#: Random programs of each kind, drawn over the whole library: short and whole.  A number of
#: programs, no time: what is compared is the same on every machine.
PROGRAMS = {
    "library": (10_000, 60_000),
    "processes": (500, 2_000),
    "commands": (300, 1_000),
    "gateways": (40, 200),
}


class Proof:
    """All checks, below *folder*; fewer of each if *short*."""

    def __init__(self, folder: Path, short: bool) -> None:
        self.folder = folder
        self.short = short

    def rows(self) -> dict[str, Callable[[], str]]:
        """Return name of the row -> function that checks it and returns what was seen."""
        rows: dict[str, Callable[[], str]] = {
            "surface": functools.partial(self.suite, SURFACE),
            "old pickles": functools.partial(self.suite, OLD_PICKLES, "pickle"),
            "pickles of both": lambda: data.pickles(self.released, self.ours),
            "distributed files": lambda: data.distributed_files(
                self.released, self.ours, self.folder
            ),
        }
        for kind, counts in PROGRAMS.items():
            rows[f"programs: {kind}"] = functools.partial(
                self.programs, kind, counts[0 if self.short else 1]
            )
        rows["pythons"] = self.pythons
        rows["python 3.14"] = lambda: webassembly.suite(
            self.folder / "webassembly",
            self.ours,
            self.wheels()["interpreted"],
            webassembly.ROOMS[:2] if self.short else webassembly.ROOMS,
        )
        rows["cumin"] = lambda: self.clients.cumin()
        rows["reframe-hpc"] = lambda: self.clients.reframe(1_000 if self.short else 10_000)
        rows["racksdb"] = lambda: self.clients.racksdb()
        return rows

    @functools.cached_property
    def released(self) -> Environment:
        """An environment with the released package."""
        environment = Environment.make(self.folder / "released")
        environment.install(RELEASED, "PyYAML")
        return environment

    @functools.cached_property
    def ours(self) -> Environment:
        """An environment with this tree, compiled."""
        environment = Environment.make(self.folder / "ours")
        environment.install("PyYAML", self.wheels()["compiled"])
        return environment

    @functools.cache  # noqa: B019  (one object a run)
    def wheels(self) -> dict[str, Path]:
        """Return the wheels of this tree for this Python: life -> file."""
        return wheels(self.folder / "wheels", Path(sys.executable))

    @functools.cached_property
    def clients(self) -> clients.Clients:
        return clients.Clients(self.folder / "clients", self.released, self.ours)

    def suite(self, paths: list[str], keyword: str = "") -> str:
        """Run files of the suite on the installed package; return pytest's last line."""
        self.ours.install("pytest>=8", "pytest-benchmark>=4")
        environ = clean_environ(CLUSTERSHELL_PEER_PYTHON=str(self.released.python))
        printed = run(
            self.ours.python,
            *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", keyword, *paths),
            cwd=ROOT,
            env=environ,
        )
        return printed.splitlines()[-1]

    def programs(self, kind: str, count: int) -> str:
        """Run *count* random programs of a *kind* with both packages."""
        self.ours.install("hypothesis")
        printed = run(
            self.ours.python,
            *("-m", "tests.fuzz.programs", "--peer", self.released.python),
            *("--kind", kind, "--count", str(count)),
            cwd=ROOT,
            env=clean_environ(),
        )
        return printed.splitlines()[-1]

    def pythons(self) -> str:
        """Over the released package and back, on every Python and in both lives."""
        if self.short:
            replacing.over_and_back(
                self.folder / "over", sys.executable, self.wheels()["compiled"], "compiled"
            )
            return "Python {}.{}, compiled".format(*sys.version_info)
        needed = ("3.9", "3.10", "3.11", "3.12", "3.13")
        return replacing.pythons(self.folder / "pythons", wheels, needed)

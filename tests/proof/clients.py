"""Programs of others that use the library, unmodified, from the package registry.

Each is run twice in environments that differ only in the package under test:
the outcome of every single test, or every answer, must be the same.
"""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from xml.etree import ElementTree

from tests.proof.environments import CheckFailed, Environment, clean_environ, run

#: Releases of the clients, and what they need besides ClusterShell.
CUMIN = "cumin==6.0.0"
RACKSDB = "racksdb==0.7.0"
REFRAME = "reframe-hpc==4.10.4"
NEEDS = {
    CUMIN: "pyparsing requests tqdm requests-mock keystoneauth1 python-keystoneclient "
    "python-novaclient",
    RACKSDB: "RFL.log RFL.build Flask Flask-Cors requests-toolbelt",
    REFRAME: "archspec argcomplete fasteners jinja2 jsonschema lxml requests semver tabulate",
}

#: Tests of cumin's sdist, all of which pass with the released package.
CUMIN_TESTS = 465

#: Asks reframe for random specifications and prints one answer a line.
REFRAME_PROGRAM = """
import json, random, sys
from reframe.utility import nodelist_abbrev, nodelist_expand

prefixes = ["node", "nid", "cn0", "r1n", "gpu-", "x1000c0s", "a.b", "", "login"]

def ranges():
    parts = []
    for _ in range(random.randint(1, 3)):
        low = random.randint(0, 130)
        width = random.choice([1, 1, 3, 4])
        part = f"{low:0{width}}"
        if random.random() < 0.7:
            part += f"-{low + random.randint(0, 12):0{width}}"
            if random.random() < 0.2:
                part += f"/{random.randint(1, 5)}"
        parts.append(part)
    return "[" + ",".join(parts) + "]"

def specification():
    words = []
    for _ in range(random.randint(1, 3)):
        word = random.choice(prefixes) + random.choice([ranges(), str(random.randint(0, 99)), ""])
        if random.random() < 0.2:
            word += random.choice(["-ib", "c", ".site"]) + random.choice([ranges(), "1"])
        words.append(word)
    text = random.choice([",", ",", " ", "!", "&", "^"]).join(words)
    if random.random() < 0.05:
        text = text.replace(random.choice("[]-,"), random.choice("[]-,@"), 1)
    return text

def outcome(function, argument):
    try:
        return function(argument)
    except Exception as exc:
        return [type(exc).__name__, str(exc)]

for number in range(int(sys.argv[2])):
    # What is drawn does not depend on the answers before.
    random.seed(f"{sys.argv[1]} {number}")
    text = specification()
    expanded = outcome(nodelist_expand, text)
    names = expanded if isinstance(expanded, list) else [text]
    random.shuffle(names)
    print(json.dumps([text, sorted(expanded), outcome(nodelist_abbrev, names)]))
"""


class Clients:
    """The clients with the released package beside the clients with ours.

    :param released, ours: environments that hold the clients' other requirements
    :param folder: where their sources go
    """

    def __init__(self, folder: Path, released: Environment, ours: Environment) -> None:
        self.folder = folder
        self.released = released
        self.ours = ours

    def install(self, client: str) -> None:
        """Install the needs of *client* into both environments."""
        for environment in (self.released, self.ours):
            environment.install("pytest>=7", "PyYAML", "setuptools", *NEEDS[client].split())

    def source(self, client: str) -> Path:
        """Return the folder with the unpacked sdist of *client*."""
        name, version = client.split("==")
        target = self.folder / name
        run(
            self.released.python,
            *("-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name),
            *("--dest", target, client),
            env=clean_environ(),
        )
        (archive,) = target.glob(f"*{version}.tar.gz")
        with tarfile.open(archive) as content:
            content.extractall(target, filter="data")
        return target / archive.name.removesuffix(".tar.gz")

    def outcomes(self, environment: Environment, source: Path, tests: str) -> dict[str, str]:
        """Run *tests* of *source* there; return test -> outcome."""
        report = self.folder / "outcomes.xml"
        report.unlink(missing_ok=True)
        # Failures are compared, not judged.
        code = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]) not in (0, 1))"
        run(
            environment.python,
            *("-c", code, "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"),
            *(f"--junit-xml={report}", tests),
            cwd=source,
            env=clean_environ(),
        )
        return _read_outcomes(report)

    def same_outcomes(self, client: str, tests: str) -> dict[str, str]:
        """Return the outcomes of *tests* with ours.

        :raises CheckFailed: a test ends otherwise than with the released package
        """
        self.install(client)
        source = self.source(client)
        expected = self.outcomes(self.released, source, tests)
        seen = self.outcomes(self.ours, source, tests)
        differ = [
            f"{name}: {expected.get(name, 'absent')} with the released package, "
            f"{seen.get(name, 'absent')} with ours"
            for name in sorted(expected.keys() | seen.keys())
            if expected.get(name) != seen.get(name)
        ]
        if differ:
            raise CheckFailed("\n".join([f"{len(differ)} tests of {client} differ", *differ[:20]]))
        return seen

    def cumin(self) -> str:
        """The unit tests of cumin's sdist all pass."""
        seen = self.same_outcomes(CUMIN, "cumin/tests/unit")
        passed = sum(outcome == "passed" for outcome in seen.values())
        if passed != CUMIN_TESTS:
            raise CheckFailed(f"{passed} tests of cumin passed, not {CUMIN_TESTS}")
        return f"{passed} passed"

    def racksdb(self) -> str:
        """The tests of racksdb, as far as they collect, end as with the released package."""
        seen = self.same_outcomes(RACKSDB, "racksdb/tests")
        passed = sum(outcome == "passed" for outcome in seen.values())
        if passed < 80:
            raise CheckFailed(f"only {passed} tests of racksdb passed")
        return f"{passed} passed, {len(seen) - passed} end as with the released package"

    def reframe(self, count: int = 10_000, seed: int = 1) -> str:
        """reframe expands and abbreviates *count* random specifications alike."""
        self.install(REFRAME)
        answers = []
        for environment in (self.released, self.ours):
            environment.install("--no-deps", REFRAME)
            printed = run(
                environment.python,
                "-c",
                REFRAME_PROGRAM,
                str(seed),
                str(count),
                env=clean_environ(),
            )
            answers.append(printed.splitlines())
        expected, seen = answers
        if len(seen) != count or len(expected) != count:
            raise CheckFailed(f"{len(expected)} and {len(seen)} answers of {count}")
        refused = 0
        for one, other in zip(expected, seen):
            if one != other and refused_range(other):
                refused += 1
            elif one != other:
                raise CheckFailed(f"reframe-hpc: {json.loads(one)} became {json.loads(other)}")
        return f"{count - refused} specifications alike, {refused} with a range of three numbers"


#: A range of three numbers, the last of which may lack, as a misplaced bracket makes it.
THREE_NUMBERS = re.compile(r"\[[^]]*\d-\d+-")


def refused_range(answer: str) -> bool:
    """Return whether *answer* says that a specification is refused for a range.

    Ranges of three numbers are refused; the released package reads digits out of them,
    or ends with an error of its inside.
    """
    text, expanded, _ = json.loads(answer)
    # What reframe makes of an error in parsing, as REFRAME_PROGRAM tells it.
    refused = expanded == sorted(["ValueError", "invalid nodespec"])
    return refused and THREE_NUMBERS.search(text) is not None


def _read_outcomes(report: Path) -> dict[str, str]:
    """Return test -> outcome, from the report that pytest writes."""
    outcomes: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        kinds = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        outcomes[name] = kinds[0] if kinds else "passed"
    if not outcomes:
        raise CheckFailed("pytest reported no test")
    return outcomes

"""The public surface of the released peer, name by name and parameter by parameter.

``tests/recorded/surface`` was recorded from release 1.10.1.
"""

import configparser
import json
import subprocess
import sys

import pytest

from tests import ROOT
from tests.recorded import load

PEER = load("surface/surface.json")

#: Differences on purpose: path of the entry and why it differs.
DELIBERATE = {
    "RangeSet.RangeSet bases": "a MutableSet whose elements are runs, not a built-in set",
}

#: Methods whose parameters a decorator of the peer hides, and what they are after self.
HIDDEN = {
    "RangeSet.RangeSetND.contiguous": "",
    "RangeSet.RangeSetND.copy": "",
    "RangeSet.RangeSetND.fold": "",
    "RangeSet.RangeSetND.index": "elem, start=0, stop=None",
    "RangeSet.RangeSetND.issuperset": "other",
    "RangeSet.RangeSetND.iter_padding": "",
    "RangeSet.RangeSetND.__contains__": "element",
    "RangeSet.RangeSetND.__getitem__": "index",
    "Task.Task.remove_port": "port",
    "Task.Task.schedule": "worker",
    "Task.Task.set_info": "info_key, value",
}

#: Program that prints what methods say to three wrong calls: without arguments (where
#: some are needed), with all by name and one more, and with too many.
WRONG_CALLS = """
import json, sys
from ClusterShell.RangeSet import RangeSetND
from ClusterShell.Task import task_self
answers = {}
for path, names in json.loads(sys.argv[1]).items():
    self = task_self() if path.startswith("Task") else RangeSetND([("1-2", "3")])
    method = getattr(self, path.rpartition(".")[2])
    calls = [((), {}), ((), dict.fromkeys([*names, "one_more"])), ((None,) * 9, {})]
    answers[path] = []
    for args, keywords in calls[not names:]:
        try:
            method(*args, **keywords)
        except TypeError as error:
            answers[path].append(str(error).rpartition("() ")[2])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    command = [sys.executable, "-m", "tests.recorded.surface.survey"]
    return json.loads(subprocess.check_output(command, cwd=ROOT, text=True, timeout=60))


def missing_parameters(peer, own):
    """Return what a call valid for the peer's parameters would miss in ours."""
    if peer is None:
        return []
    if own is None:
        return ["no signature"]
    variable = {kind for _, kind, _ in peer if kind.startswith("VAR_")}
    if len(variable) == 2 and all(k in variable or name == "self" for name, k, _ in peer):
        return []  # (*args, **kwargs) of a decorator, which hides the real parameters
    found = [f"no {kind}" for kind in sorted(variable - {k for _, k, _ in own})]
    for position, (name, kind, default) in enumerate(peer):
        if kind in variable:
            continue
        if position >= len(own) or own[position][0] != name:
            found.append(f"parameter {position} is not {name}")
        elif default is not None and own[position][2] != default:
            found.append(f"default of {name}: {own[position][2]} instead of {default}")
    required = [n for n, k, d in own[len(peer) :] if d is None and not k.startswith("VAR_")]
    return found + [f"needs {name}" for name in required]


def differences(path, peer, own):
    if peer["kind"] != own["kind"]:
        return [f"{path} is a {own['kind']}, not a {peer['kind']}"]
    if peer["kind"] == "alias":
        return [] if peer["module"] == own["module"] else [f"{path} lives in {own['module']}"]
    found = [
        f"{path}: {text}"
        for text in missing_parameters(peer.get("parameters"), own.get("parameters"))
    ]
    if peer["kind"] != "class":
        return found
    if peer["module"] != own["module"]:
        found.append(f"{path} lives in {own['module']}")
    absent = [base for base in peer["bases"] if base not in own["bases"]]
    if absent and f"{path} bases" not in DELIBERATE:
        found.append(f"{path} does not derive from {absent}")
    for name, member in peer["members"].items():
        if name == "readfp" and not hasattr(configparser.ConfigParser, name):
            continue  # inherited, and gone from the standard library with Python 3.12
        mine = own["members"].get(name)
        if mine is None:
            found.append(f"{path}.{name} is missing")
        elif member["kind"] == "property" and member["settable"] and not mine.get("settable", True):
            found.append(f"{path}.{name} cannot be set")
        else:
            found += [
                f"{path}.{name}: {text}"
                for text in missing_parameters(member.get("parameters"), mine.get("parameters"))
            ]
    return found


@pytest.mark.parametrize("module", sorted(PEER))
def test_star_names(module, ours):
    missing = set(PEER[module]["head"]["star"]) - set(ours[module]["head"]["star"])
    assert not missing


@pytest.mark.parametrize("module", sorted(PEER))
def test_names_and_parameters(module, ours):
    found = []
    for name, entry in PEER[module]["names"].items():
        mine = ours[module]["names"].get(name)
        if mine is not None:
            found += differences(f"{module}.{name}", entry, mine)
    assert found == []


def answers_of(python):
    """Return what the methods of HIDDEN say to wrong calls in an interpreter's package."""
    names = {
        path: [text.partition("=")[0] for text in filter(None, listed.split(", "))]
        for path, listed in HIDDEN.items()
    }
    done = subprocess.run(
        [*python, "-c", WRONG_CALLS, json.dumps(names)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def answers_to_wrong_calls(listed):
    """Return what Python says to wrong calls of a method with these parameters."""
    names = [text.partition("=")[0] for text in filter(None, listed.split(", "))]
    needed = [text for text in names if text + "=" not in listed]
    answers = ["got an unexpected keyword argument 'one_more'"]
    if needed:
        plural = "s" * (len(needed) > 1)
        quoted = " and ".join(map(repr, needed))
        answers.insert(0, f"missing {len(needed)} required positional argument{plural}: {quoted}")
    count = f"from {len(needed) + 1} to {len(names) + 1}" if needed != names else len(names) + 1
    return [*answers, f"takes {count} positional argument{'s' * bool(names)} but 10 were given"]


@pytest.fixture(scope="module")
def own_answers():
    return answers_of([sys.executable])


@pytest.mark.parametrize("path", HIDDEN)
def test_parameters_behind_decorators(path, own_answers):
    assert own_answers[path] == answers_to_wrong_calls(HIDDEN[path])


def test_parameters_behind_decorators_of_the_peer(peer_python):
    wanted = {path: answers_to_wrong_calls(listed) for path, listed in HIDDEN.items()}
    assert answers_of([peer_python, "-E"]) == wanted


@pytest.mark.parametrize("module", sorted(PEER))
def test_importable_alone(module, run_python):
    """Each public module is imported first in a process of its own, without a word."""
    done = run_python("-W", "error", "-c", f"import ClusterShell.{module}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

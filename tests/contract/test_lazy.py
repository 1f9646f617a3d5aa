"""Names of a module that are loaded when they are asked for."""

import ast
import string
import sys
from pathlib import Path
from types import ModuleType
from unittest import mock

import pytest

import ClusterShell
from ClusterShell._lazy import lazy_names

PACKAGE = Path(ClusterShell.__file__).parent
#: Modules whose ``__getattr__`` is something else: the kernels of :mod:`_accel`.
OTHER = {"_accel", "_lazy"}


@pytest.fixture
def module():
    """Return a module with names of each kind of origin."""
    made = ModuleType("made")
    made.__all__ = ["own"]
    made.asked = []
    table = {
        "Template": "string",
        "colorsys": None,
        "computed": lambda: made.asked.append("computed") or len(made.asked),
        "_hidden": "string",
    }
    made.__getattr__ = lazy_names(vars(made), table)
    return made


def test_attribute_of_a_module(module):
    assert module.Template is string.Template
    assert vars(module)["Template"] is string.Template


def test_module_of_this_name(module):
    sys.modules.pop("colorsys", None)
    assert module.colorsys is sys.modules["colorsys"]


def test_value_of_a_function_is_made_each_time(module):
    assert [module.computed, module.computed] == [1, 2]


def test_public_names_join_the_star_names(module):
    assert module.__all__ == ["own", "Template", "colorsys", "computed"]


def test_nothing_is_loaded_unasked(module):
    assert {"Template", "colorsys", "computed"}.isdisjoint(vars(module))
    assert module.asked == []


def test_other_names(module):
    with pytest.raises(AttributeError, match="^module 'made' has no attribute 'nonesuch'$"):
        module.nonesuch  # noqa: B018
    with pytest.raises(AttributeError, match="_hidden"):  # string has none of this name
        module._hidden  # noqa: B018


@pytest.mark.parametrize("name", ["Template", "colorsys", "computed"])
@pytest.mark.parametrize("asked_before", [False, True])
def test_replacing_a_name(module, name, asked_before):
    value = getattr(module, name) if asked_before else None
    with mock.patch.object(module, name, "another"):
        assert getattr(module, name) == "another"
    assert getattr(module, name) != "another"
    assert value is None or name == "computed" or getattr(module, name) is value


def test_every_late_name_of_the_package_comes_from_a_table():
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
                found.append(path.stem)
    assert set(found) <= OTHER


def test_every_row_of_the_package_holds(run_python):
    code = """\
import importlib, pkgutil, ClusterShell
for info in pkgutil.walk_packages(ClusterShell.__path__, "ClusterShell."):
    if "._" not in info.name:
        module = importlib.import_module(info.name)
        names = getattr(module, "__all__", [])
        missing = [name for name in names if not hasattr(module, name)]
        twice = {name for name in names if names.count(name) > 1}
        print(info.name, *missing, *twice)
"""
    done = run_python("-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    modules = done.stdout.splitlines()
    assert "ClusterShell.Engine.Poll" in modules
    assert [line for line in modules if " " in line] == []

"""Options and fixtures of the pytest-benchmark cases."""

import importlib
import os
import sys

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--scale", type=float, default=1.0, help="factor on the size of every workload (default 1)"
    )


@pytest.fixture(scope="session")
def scale(request):
    return request.config.getoption("--scale")


def _forget():
    """Drop the package, but not its kernels: both lives may stay loaded."""
    for name in list(sys.modules):
        if name.split(".")[0] == "ClusterShell" and not name.startswith(
            ("ClusterShell._kernels", "ClusterShell._compiled")
        ):
            del sys.modules[name]


@pytest.fixture(scope="module", params=["compiled", "interpreted"])
def life(request):
    """Import ClusterShell anew in the life under test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "CLUSTERSHELL_PURE_PYTHON", str(int(request.param != "compiled")))
        _forget()
        chosen = importlib.import_module("ClusterShell._accel").life()
        if chosen != request.param:
            pytest.skip(f"the kernels are not {request.param} here")
        yield request.param
        _forget()

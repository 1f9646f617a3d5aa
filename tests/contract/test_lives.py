"""One source, two lives, and one place that chooses."""

import pytest

from ClusterShell import _accel


def test_all_compiled_or_none(run_python):
    code = (
        "from ClusterShell import _accel\n"
        "lives = {getattr(_accel, name).__name__.split('.')[1] for name in _accel.KERNELS}\n"
        "print(_accel.COMPILED, *lives)"
    )
    done = run_python("-c", code)
    assert done.stderr == ""
    expected = "True _compiled" if _accel.COMPILED else "False _kernels"
    assert done.stdout.split("\n")[0] == expected


def test_environment_chooses_interpreted(run_python):
    env = {"CLUSTERSHELL_PURE_PYTHON": "1"}
    done = run_python("-m", "ClusterShell._accel", env=env)
    assert done.stdout == "ClusterShell kernels: interpreted (CLUSTERSHELL_PURE_PYTHON is set)\n"


def test_accel_reports_the_life(run_python):
    done = run_python("-m", "ClusterShell._accel")
    assert done.returncode == 0
    assert done.stdout.startswith(f"ClusterShell kernels: {_accel.life()} (")


def test_missing_kernel_means_interpreted(monkeypatch):
    monkeypatch.delenv("CLUSTERSHELL_PURE_PYTHON", raising=False)
    monkeypatch.setattr(_accel, "KERNELS", (*_accel.KERNELS, "absent"))
    compiled, reason = _accel._choose()
    assert not compiled
    assert "absent" in reason


def test_unknown_kernel_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonesuch"):
        _accel.nonesuch  # noqa: B018


def test_kernels_are_the_sources(kernel):
    """Both lives stem from the listed files, and know which one they are."""
    for name in _accel.KERNELS:
        module = kernel(name)
        is_source = module.__file__.endswith(".py")
        assert is_source == (kernel.life == "interpreted")
        assert module.__name__.endswith("." + name)


def test_every_kernel_source_is_listed():
    from pathlib import Path

    import ClusterShell._kernels as kernels

    sources = {p.stem for p in Path(kernels.__file__).parent.glob("[!_]*.py")}
    assert sources == set(_accel.KERNELS)

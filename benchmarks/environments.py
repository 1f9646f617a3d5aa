"""The environments that are measured: ours and the released peer's.

Each is a virtual environment below one folder, made on first use and kept; the
tree to measure is built and installed anew each time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parent.parent
PEER_REQUIREMENT = "ClusterShell==1.10.1"


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _pip(folder: Path, *args: str, env: Optional[dict[str, str]] = None) -> None:
    command = [str(_python(folder)), "-m", "pip", "install", "--quiet", *args]
    subprocess.run(command, check=True, env={**os.environ, **(env or {})})


def _make(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)


def peer(base: Path) -> Path:
    """Return the interpreter of an environment with the released peer."""
    folder = base / "peer"
    if not (folder / "bin" / "clush").exists():
        _make(folder)
        _pip(folder, PEER_REQUIREMENT)
    return _python(folder)


def copied(source: Path, target: Path) -> Path:
    """Copy a tree without what was built in it, so that all of it is built anew."""
    ignore = shutil.ignore_patterns(".git", ".venv*", "build", "*.so", "__pycache__", "*.egg-info")
    return Path(shutil.copytree(source, target, ignore=ignore))


def ours(base: Path, source: Optional[Path] = ROOT) -> Path:
    """Return the interpreter of an environment with ``source`` built and installed.

    What is measured is the tree as it stands, uncommitted changes included; or,
    without a source, what was installed there before.
    """
    folder = base / "ours"
    if source is None:
        return _python(folder)
    if not _python(folder).exists():
        _make(folder)
    required = {"CLUSTERSHELL_REQUIRE_EXTENSIONS": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        tree = copied(source, Path(scratch, "tree"))
        _pip(folder, "--force-reinstall", "--no-deps", str(tree), env=required)
    _pip(folder, "PyYAML")
    return _python(folder)


def module(python: Path, name: str, *args: str, limit: Optional[float] = None) -> str:
    """Return what a module of ours prints when run by that interpreter.

    Raises CalledProcessError, with what it said on standard error, when it fails
    and TimeoutExpired after ``limit`` seconds.
    """
    done = subprocess.run(
        [str(python), "-m", name, *args],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=limit,
    )
    return done.stdout

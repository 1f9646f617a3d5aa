"""The environment of the released peer, made on first use and kept; how modules of ours run."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parent.parent
PEER_REQUIREMENT = "ClusterShell==1.10.1"


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def peer(base: Path) -> Path:
    """Return the interpreter of an environment with the released peer."""
    folder = base / "peer"
    if not (folder / "bin" / "clush").exists():
        empty(folder)
        subprocess.run([*pip(base, folder), "--quiet", PEER_REQUIREMENT], check=True)
    return _python(folder)


def empty(folder: Path) -> None:
    """Make an environment with nothing in it, in place of what was there."""
    venv = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)]
    subprocess.run(venv, check=True)


def pip(base: Path, folder: Path) -> list[str]:
    """Return the command that installs into the environment in *folder*.

    It is that of a pip of today, kept below *base*: the commands that older ones write import
    ``re``, which takes as long as half of ``nodeset``.
    """
    python = _python(base / "pip")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(base / "pip")], check=True)
        newest = [str(python), "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.2"]
        subprocess.run(newest, check=True)
    target = ["--python", str(_python(folder)), "--disable-pip-version-check"]
    return [str(python), "-m", "pip", *target, "install"]


def copied(source: Path, target: Path) -> Path:
    """Copy a tree without what was built in it, so that all of it is built anew."""
    ignore = shutil.ignore_patterns(".git", ".venv*", "build", "*.so", "__pycache__", "*.egg-info")
    return Path(shutil.copytree(source, target, ignore=ignore))


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

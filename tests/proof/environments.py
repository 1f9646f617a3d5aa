"""Throw-away environments, and commands run in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT

#: The released package that is replaced.
RELEASED = "ClusterShell==1.10.1"

SUPPORTED = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


class CheckFailed(Exception):
    """A check did not hold; the text says what was seen."""


def run(*command: str | Path, timeout: float = 1800, **options: object) -> str:
    """Run *command* and return its standard output.

    :param options: further arguments of ``subprocess.run``, such as ``env``
    :raises CheckFailed: it did not end with 0 within *timeout* seconds
    """
    words = [str(word) for word in command]
    # Programs given as an argument are not shown, nor lines that fill a screen.
    shown = " ".join(word for word in words if "\n" not in word)
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=timeout, check=False, **options
        )
    except subprocess.TimeoutExpired:
        raise CheckFailed(f"{shown}: no end within {timeout:.0f} s") from None
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()[-25:]
        tail = "\n".join(line[:300] for line in lines)
        raise CheckFailed(f"{shown}: exit code {done.returncode}\n{tail}")
    return done.stdout


def clean_environ(**changes: str) -> dict[str, str]:
    """Return the environment less what chooses a life or a configuration, with *changes*."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CLUSTERSHELL_") and name != "PYTHONPATH"
    }
    return {**environ, **changes}


@dataclass
class Environment:
    """A virtual environment in *folder*."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, python: str = sys.executable) -> Environment:
        """Return a new empty environment of *python*."""
        shutil.rmtree(folder, ignore_errors=True)
        run(python, "-m", "venv", folder, env=clean_environ())
        return cls(folder)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def command(self, name: str) -> Path:
        return self.folder / "bin" / name

    def install(self, *arguments: str | Path, **variables: str) -> None:
        """``pip install`` *arguments*, with *variables* in the environment."""
        run(
            self.python,
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *arguments,
            env=clean_environ(**variables),
        )


def interpreters() -> dict[str, str]:
    """Return the supported Pythons of this machine: version -> path."""
    found = {}
    for version in SUPPORTED:
        candidates = [shutil.which(f"python{version}"), shutil.which(f"/usr/bin/python{version}")]
        versions = Path.home() / ".pyenv" / "versions"
        candidates += sorted(map(str, versions.glob(f"{version}.*/bin/python")))
        if version == "{}.{}".format(*sys.version_info):
            candidates.insert(0, sys.executable)
        for candidate in candidates:
            if candidate and _is(candidate, version):
                found[version] = candidate
                break
    return found


def _is(python: str, version: str) -> bool:
    """Return whether *python* runs, is of *version* and can make environments."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def wheels(folder: Path, python: Path) -> dict[str, Path]:
    """Build this tree with *python*; return life -> wheel."""
    built = {}
    for life, variable in (
        ("compiled", "CLUSTERSHELL_REQUIRE_EXTENSIONS"),
        ("interpreted", "CLUSTERSHELL_PURE_PYTHON"),
    ):
        target = folder / life
        shutil.rmtree(target, ignore_errors=True)
        source = folder / "source"
        shutil.rmtree(source, ignore_errors=True)
        # A copy of what is committed or about to be, without anything built in place.
        names = run("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard")
        for name in names.splitlines():
            if (ROOT / name).is_file():
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, source / name)
        run(
            python,
            *("-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--wheel-dir", target, source),
            env=clean_environ(**{variable: "1"}),
        )
        (built[life],) = target.glob("*.whl")
    return built

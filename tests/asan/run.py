"""Run the kernels under AddressSanitizer and UBSan: ``run.py --seconds 60 --seed 1 [NAME...]``.

Builds all kernels with sanitizers in a directory of its own, then runs the
drivers ``drive_NAME.py`` found here.  A driver is a program of two arguments,
seconds and seed, that asks much of a kernel and compares the answers with a
model.  Needs gcc and Cython.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent / "clustershell"
FLAGS = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"

BUILD = """
from Cython.Build import cythonize
from setuptools import Distribution, Extension
from ClusterShell._accel import KERNELS

modules = cythonize(
    [
        Extension(f"ClusterShell._compiled.{name}", [f"ClusterShell/_kernels/{name}.py"])
        for name in KERNELS
    ],
    language_level=3,
    compiler_directives={"binding": True},
    quiet=True,
)
build = Distribution({"ext_modules": modules}).get_command_obj("build_ext")
build.inplace = True
build.ensure_finalized()
build.run()
"""


def library(name):
    """Return the path of a library of gcc."""
    return subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="for each driver")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("names", nargs="*", metavar="NAME", help="drivers to run; all if none")
    options = parser.parse_args()
    names = options.names or sorted(path.stem[6:] for path in HERE.glob("drive_*.py"))
    with tempfile.TemporaryDirectory() as directory:
        ignored = shutil.ignore_patterns("*.so", "__pycache__")
        shutil.copytree(PACKAGE / "ClusterShell", f"{directory}/ClusterShell", ignore=ignored)
        environment = {**os.environ, "PYTHONPATH": directory}
        subprocess.run(
            [sys.executable, "-c", BUILD],
            cwd=directory,
            env={**environment, "CFLAGS": f"{FLAGS} -g -O1", "LDFLAGS": FLAGS},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        environment.update(
            LD_PRELOAD=f"{library('libasan.so')} {library('libubsan.so')}",
            # Python itself leaves memory behind; its own allocator would hide overruns.
            ASAN_OPTIONS="detect_leaks=0",
            PYTHONMALLOC="malloc",
        )
        failed = [
            name
            for name in names
            if subprocess.run(
                [
                    sys.executable,
                    str(HERE / f"drive_{name}.py"),
                    str(options.seconds),
                    str(options.seed),
                ],
                env=environment,
            ).returncode
        ]
    print("failed: " + " ".join(failed) if failed else "no errors found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Run the kernels under AddressSanitizer and UBSan.

    python -m tests.fuzz.asan.run --seconds 60 --seed 1 [NAME...]

Builds all kernels with sanitizers in a directory of its own, then runs the
drivers ``drive_NAME.py`` found here.  A driver is a program that asks much of a
kernel, in random sequences, and compares the answers with a model; it goes on
for so many seconds, or so many sequences with ``--count``; with ``--short`` each
for a number of its own, some seconds on an idle machine.  A seed gives the same
programs each time, but for those with threads.  ``--program`` runs one alone
that the driver ``programs`` told when it failed.
First of all, an access one element beyond an array, planted in a kernel of
its own, has to be caught.  Needs gcc and Cython.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import ROOT

HERE = Path(__file__).resolve().parent
PACKAGE = ROOT / "clustershell"
FLAGS = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"

BUILD = """
import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Distribution, Extension
from ClusterShell._accel import KERNELS

modules = cythonize(
    [
        Extension(f"ClusterShell._compiled.{name}", [f"ClusterShell/_kernels/{name}.py"])
        for name in (*KERNELS, "planted", "observed")
    ],
    language_level=3,
    compiler_directives={"binding": True},
    quiet=True,
    nthreads=os.cpu_count(),
)
# Cython 3.3 gives an element up twice where the list of a comprehension cannot grow, and a
# traceback that there is no memory for.  The drivers let allocations fail, and are after
# faults of the kernels.
MENDED = {
    "int result = PyList_Append(list, x);\\n    Py_DECREF(x);":
        "int result = PyList_Append(list, x);\\n    if (result == 0) Py_DECREF(x);",
    "    Py_XINCREF(local_tb);\\n    Py_XINCREF(local_type);":
        "    if (!local_tb) { PyErr_NoMemory(); goto bad; }\\n"
        "    Py_XINCREF(local_tb);\\n    Py_XINCREF(local_type);",
}
for module in modules:
    source = Path(module.sources[0])
    text = source.read_text()
    for generated, mended in MENDED.items():
        text = text.replace(generated, mended)
    source.write_text(text)
build = Distribution({"ext_modules": modules}).get_command_obj("build_ext")
build.inplace = True
build.parallel = os.cpu_count()
build.ensure_finalized()
build.run()
"""

PLANTED = """
import cython
from cython.cimports.libc.stdlib import free, malloc


def overflow(size: cython.Py_ssize_t):
    array = cython.cast(
        cython.pointer[cython.longlong], malloc(size * cython.sizeof(cython.longlong))
    )
    i: cython.Py_ssize_t
    for i in range(size + 1):
        array[i] = i
    total: cython.longlong = array[size - 1]
    free(array)
    return total
"""


def planted_is_caught(environment):
    """Tell if the sanitizer stops a program that writes one element too far."""
    result = subprocess.run(
        [sys.executable, "-c", "from ClusterShell._compiled import planted; planted.overflow(8)"],
        env=environment,
        capture_output=True,
        text=True,
    )
    return result.returncode != 0 and "heap-buffer-overflow" in result.stderr


def library(name):
    """Return the path of a library of gcc."""
    return subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="for each driver")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", help="sequences of each driver, instead of seconds")
    parser.add_argument(
        "--short", action="store_const", const="short", dest="count", help="some of each driver"
    )
    parser.add_argument("--program", help="with one driver: run just what it told so")
    parser.add_argument(
        "--allocator",
        default="malloc",
        help="of Python's objects; pymalloc is faster, but hides overruns of them",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="drivers to run; all if none")
    options = parser.parse_args()
    names = options.names or sorted(path.stem[6:] for path in HERE.glob("drive_*.py"))
    with tempfile.TemporaryDirectory() as directory:
        ignored = shutil.ignore_patterns("*.so", "__pycache__")
        shutil.copytree(PACKAGE / "ClusterShell", f"{directory}/ClusterShell", ignore=ignored)
        Path(directory, "ClusterShell", "_kernels", "planted.py").write_text(PLANTED)
        shutil.copy(HERE / "observed.py", f"{directory}/ClusterShell/_kernels")
        environment = {**os.environ, "PYTHONPATH": directory}
        subprocess.run(
            [sys.executable, "-c", BUILD],
            cwd=directory,
            env={**environment, "CFLAGS": f"{FLAGS} -g1 -O1", "LDFLAGS": FLAGS},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        environment.update(
            LD_PRELOAD=f"{library('libasan.so')} {library('libubsan.so')}",
            # Python itself leaves memory behind; its own allocator would hide overruns.
            # One request that is too large is a MemoryError, as it is elsewhere; and so is
            # any once a driver has grown without bound, which can then say what it was
            # doing.  One that goes on growing is stopped, and fails.
            ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1:"
            "soft_rss_limit_mb=3000:hard_rss_limit_mb=4000",
            PYTHONMALLOC=options.allocator,
            PYTHONHASHSEED="0",
        )
        if not planted_is_caught(environment):
            print("the planted overflow was not caught")
            return 1
        print("the planted overflow was caught", flush=True)
        count = [str(options.count)] if options.count else []
        if options.program:
            count = ["1", options.program]
        failed = [
            name
            for name in names
            if subprocess.run(
                [
                    sys.executable,
                    "-m",
                    f"tests.fuzz.asan.drive_{name}",
                    str(options.seconds),
                    str(options.seed),
                    *count,
                ],
                cwd=ROOT,
                env=environment,
            ).returncode
        ]
    print("failed: " + " ".join(failed) if failed else "no errors found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The kernels in a build: from which source they are compiled, and what is said of it.

A checkout is compiled from ``_kernels/*.py`` by Cython.  A source distribution holds the
C that Cython made of them, in ``_compiled/``, with the stamps of the sources it was made
from; it is used as long as these are as they were.

Either all kernels are compiled or none is.  Where none is, the file ``NOT_BUILT`` in
``_compiled/`` has the reason, for ``python -m ClusterShell._accel`` and ``clush -d``.
"""

import contextlib
import importlib.util
import os
import runpy
import shutil
import sys
import tempfile
from glob import glob

from setuptools import Extension
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.command.install import install
from setuptools.command.sdist import sdist

PACKAGE = os.path.join("clustershell", "ClusterShell")
KERNELS = os.path.join(PACKAGE, "_kernels")
COMPILED = os.path.join(PACKAGE, "_compiled")
#: What the C of a source distribution was made from.
STAMPS = os.path.join(COMPILED, "generated.stamps")
#: Where Cython writes the C of a checkout.
GENERATED = os.path.join("build", "cython")
#: Marks of what a kernel was built from; the package itself is not imported here.
STAMP = runpy.run_path(os.path.join(KERNELS, "_stamp.py"))
REASON = "NOT_BUILT"

#: The oldest Cython that compiles the kernels.
CYTHON = "3.3.1"


def flag(name):
    return os.environ.get(name, "") not in ("", "0")


PURE = flag("CLUSTERSHELL_PURE_PYTHON")
REQUIRED = flag("CLUSTERSHELL_REQUIRE_EXTENSIONS")
#: Kernels are made of many small functions, more than gcc inlines in one file unasked: reading
#: names takes 15 % longer then.  Other compilers know the option and ignore it.
OPTIMISED = ["--param=inline-unit-growth=100"]

#: Of `tools/dev kernels`: build this kernel only; without optimisation and with checks.
ONLY = os.environ.get("CLUSTERSHELL_ONLY_KERNEL")
DEBUG = flag("CLUSTERSHELL_DEBUG_KERNELS")
UNOPTIMISED = ["-O0", "-g3", "-UNDEBUG"]

#: What has become of the kernels, for the last line of a build.
outcome = ""

#: Whether a build is only asked what it needs: what that is, is not there yet.
asking = False


class NotCompiled(Exception):
    """Why the kernels are not compiled, in words."""


def say(text):
    print("ClusterShell: " + text, file=sys.stderr)


def conclude():
    """Say, at the end of a build, which life has been built."""
    if outcome:
        say(outcome)


# -- sources


def sources():
    """Return the paths of the kernels' sources, in Python."""
    return sorted(glob(os.path.join(KERNELS, f"{ONLY or '[!_]*'}.py")))


def kernel_name(path):
    return os.path.splitext(os.path.basename(path))[0]


def generated(source):
    """Return the path of the C of a source in a source distribution."""
    return os.path.join(COMPILED, kernel_name(source) + ".c")


def stamps():
    """Return the text of `STAMPS` as it would be now."""
    found = STAMP["stamps"](tuple(map(kernel_name, sources())))
    return "".join(f"{name}: {stamp.decode().strip()}\n" for name, stamp in found.items())


def generated_is_current():
    """Tell whether there is C of all kernels, made from the sources as they are."""
    if not all(os.path.exists(generated(path)) for path in sources()):
        return False
    with contextlib.suppress(OSError), open(STAMPS) as file:
        return file.read() == stamps()
    return False


def drop_outdated():
    """Remove the C files of kernels whose shared objects are not up to date.

    Cython and setuptools go by the times of files; a source that was changed
    and kept an old time would otherwise never be built.
    """
    found = STAMP["stamps"](tuple(map(kernel_name, sources())))
    for path in sources():
        built = glob(os.path.join(COMPILED, kernel_name(path) + ".*.so"))
        made = os.path.join(GENERATED, os.path.splitext(path)[0] + ".c")
        fresh = any(STAMP["carries"](file, found[kernel_name(path)]) for file in built)
        if os.path.exists(checked_copy(path)):
            os.remove(checked_copy(path))  # what was built last is the debug build of it
            fresh = False
        if not fresh and os.path.exists(made):
            os.remove(made)


def checked_copy(path):
    return os.path.join("build", "debug", os.path.basename(path))


def checked(path):
    """Return the path of a copy of a source that checks what it can.

    What the head of a source says of checks cannot be overridden from here.
    """
    with open(path) as file:
        head, separator, rest = file.read().partition('"""')
    for name in ("boundscheck", "initializedcheck", "nonecheck"):
        head = head.replace(f"{name}=False", f"{name}=True")
    copy = checked_copy(path)
    os.makedirs(os.path.dirname(copy), exist_ok=True)
    with open(copy, "w") as file:
        file.write(head + separator + rest)
    return copy


def cythonized():
    """Return extensions whose C has been made in `GENERATED` by Cython.

    :raises NotCompiled: there is no Cython, or it is too old
    """
    try:
        from Cython import __version__ as version
        from Cython.Build import cythonize
    except ImportError:
        stale = os.path.exists(STAMPS)
        what = "the C of the kernels is older than their sources" if stale else "no generated C"
        raise NotCompiled(f"{what}, and Cython is not installed") from None
    if _numbers(version) < _numbers(CYTHON):
        raise NotCompiled(f"Cython {version} is older than {CYTHON}")
    drop_outdated()
    made = cythonize(
        [
            Extension(_module(path), [checked(path)], extra_compile_args=UNOPTIMISED)
            if DEBUG
            else Extension(_module(path), [path], extra_compile_args=OPTIMISED)
            for path in sources()
        ],
        build_dir=GENERATED,
        include_path=["clustershell"],
        language_level=3,
        compiler_directives={"binding": True},
        force=DEBUG,
        quiet=True,
        nthreads=os.cpu_count() or 1,
    )
    for extension in made:
        mend(extension.sources[0])
    return made


#: How Cython 3.3.1 lets go of an item of a list comprehension, appended or not; where there
#: was no memory to append it, what follows lets go of it once more.
LETS_GO = "    int result = PyList_Append(list, x);\n    Py_DECREF(x);\n"
KEEPS = "    int result = PyList_Append(list, x);\n    if (likely(!result)) Py_DECREF(x);\n"


def mend(path):
    """Have the C of a kernel let go of each item once."""
    with open(path) as file:
        text = file.read()
    if LETS_GO in text:
        with open(path, "w") as file:
            file.write(text.replace(LETS_GO, KEEPS))


def _module(path):
    return "ClusterShell._compiled." + kernel_name(path)


def _numbers(version):
    return [int(part) for part in version.split(".")[:3] if part.isdigit()]


def extensions():
    """Return one extension for each kernel, or none where they stay interpreted."""
    if PURE and REQUIRED:
        sys.exit(
            "ClusterShell: CLUSTERSHELL_PURE_PYTHON and CLUSTERSHELL_REQUIRE_EXTENSIONS"
            " contradict each other"
        )
    try:
        if PURE:
            raise NotCompiled("CLUSTERSHELL_PURE_PYTHON was set when it was built")
        if generated_is_current():
            return [
                Extension(_module(path), [generated(path)], extra_compile_args=OPTIMISED)
                for path in sources()
            ]
        return cythonized()
    except NotCompiled as exc:
        stay_interpreted(str(exc))
        return []


def stay_interpreted(reason):
    """Note why the kernels are not compiled; an error where they have to be."""
    global outcome
    if asking:
        return
    if REQUIRED:
        sys.exit(f"ClusterShell: the kernels cannot be compiled: {reason}")
    warning = "" if PURE else "WARNING: no compiled kernels, "
    outcome = f"{warning}the interpreted life is built ({reason})"
    build_python.reason = reason


# -- commands


class build_kernels(build_ext):
    """Compile the kernels; all of them, or none, with the reason."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def build_extension(self, ext):
        super().build_extension(ext)
        name = ext.name.rpartition(".")[2]
        STAMP["append"](self.get_ext_fullpath(ext.name), STAMP["stamps"]((name,))[name])

    def build_extensions(self):
        global outcome
        count = len(self.extensions)
        try:
            self.probe()
            super().build_extensions()
        except NotCompiled as exc:
            self.give_up(str(exc))
        except Exception as exc:  # setuptools and its compilers raise exceptions of any kind
            say(str(exc))
            self.give_up("the compiler failed on a kernel; its messages are in the build's log")
        else:
            outcome = f"{count} kernels compiled"
            self.note(None)

    def probe(self):
        """Compile two programs that do nothing, to say in words what a build lacks.

        :raises NotCompiled: one of them cannot be compiled
        """
        compiler = getattr(self.compiler, "compiler_so", ["cc"])[0]
        if not shutil.which(compiler):
            raise NotCompiled(f"there is no C compiler: {compiler} is not found")
        nothing = "int probe(void) { return 0; }\n"
        self.compile(nothing, f"the C compiler, {compiler}, does not work")
        self.compile(
            "#include <Python.h>\n" + nothing,
            "Python.h is missing; Debian has it in python3-dev, RHEL in python3-devel",
        )

    def compile(self, text, otherwise):
        folder = tempfile.mkdtemp()
        source = os.path.join(folder, "probe.c")
        with open(source, "w") as file:
            file.write(text)
        try:
            self.compiler.compile([source], output_dir=folder, include_dirs=self.include_dirs)
        except Exception:
            raise NotCompiled(otherwise) from None
        finally:
            shutil.rmtree(folder)

    def give_up(self, reason):
        stay_interpreted(reason)
        for extension in self.extensions:
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(self.build_lib, self.get_ext_filename(extension.name)))
        # What is installed and how its wheel is called follow from these.
        self.extensions = self.distribution.ext_modules = []
        wheel = self.distribution.get_command_obj("bdist_wheel", create=0)
        if wheel:
            wheel.root_is_pure = True
        self.note(reason)

    def note(self, reason):
        """Write the reason to where kernels would be, or remove an earlier one."""
        folders = [os.path.join(self.build_lib, "ClusterShell", "_compiled")]
        if self.inplace or getattr(self, "editable_mode", False):
            folders = [COMPILED]
        write_reason(folders[0], reason)


class build_python(build_py):
    """Leave the reason among the modules if no kernel is compiled."""

    reason = None

    def run(self):
        super().run()
        if self.reason and not self.distribution.ext_modules:
            editable = getattr(self, "editable_mode", False)
            folder = os.path.join(self.build_lib, "ClusterShell", "_compiled")
            write_reason(COMPILED if editable else folder, self.reason)


def write_reason(folder, reason):
    path = os.path.join(folder, REASON)
    if reason:
        os.makedirs(folder, exist_ok=True)
        with open(path, "w") as file:
            file.write(reason + "\n")
    elif os.path.exists(path):
        os.remove(path)


class sdist_with_c(sdist):
    """A source distribution with the generated C."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        if generated_is_current():
            made = {path: generated(path) for path in sources()}
        else:
            cythonized()
            made = {path: os.path.join(GENERATED, path[:-3] + ".c") for path in sources()}
        for path, made_of_it in made.items():
            self.copy_file(made_of_it, os.path.join(base_dir, generated(path)), link=None)
        with open(os.path.join(base_dir, STAMPS), "w") as file:
            file.write(stamps())


class install_plain(install):
    """``setup.py install`` installs files, as pip does: kernels cannot be used from an egg."""

    def do_egg_install(self):
        super(install, self).run()


COMMANDS = {
    "build_ext": build_kernels,
    "build_py": build_python,
    "install": install_plain,
    "sdist": sdist_with_c,
}
if not any(importlib.util.find_spec(name) for name in ("setuptools.command.bdist_wheel", "wheel")):
    from plain_wheel import bdist_wheel

    COMMANDS["bdist_wheel"] = bdist_wheel

"""Run programs with the package of this interpreter: a batch on each line of standard input.

A batch is ``[whole, [[domain, program], ...]]``: of each program the whole answer is told, or
a digest of it.
"""

import faulthandler
import fcntl
import hashlib
import json
import os
import resource
import signal
import sys
import warnings

from tests.fuzz.programs.domains import DOMAINS

#: Seconds for one program, by kind, seconds of the processor, and bytes of memory for all.  The
#: library's programs wait for nothing: a busy machine gives them the same time as another one.
LIMITS = {"library": 60, "processes": 12, "commands": 12, "gateways": 100}
PROCESSOR = {"library": 0.5}
MEMORY = 3 << 30

#: What tells that a program has used up its time.
GIVING_UP = (signal.SIGALRM, signal.SIGPROF)


class TookTooLong(BaseException):
    """The program is given up: no error that a package could catch."""


def give_up(signum, _frame):
    if signum == signal.SIGALRM:  # it waits, perhaps for what never comes: say where
        faulthandler.dump_traceback()
    raise TookTooLong


def answer(name, program):
    """Return what comes of a program of the domain *name*."""
    kind = DOMAINS[name].kind
    signal.alarm(LIMITS[kind])
    signal.setitimer(signal.ITIMER_PROF, PROCESSOR.get(kind, 0))
    try:
        return DOMAINS[name].run(program)
    except TookTooLong:
        return ["took too long"]
    except RecursionError:
        return ["recursion"]
    except Exception as exc:
        return ["raised", type(exc).__name__, str(exc)]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def digest(found):
    """Return a short text that stands for an answer."""
    try:
        text = json.dumps(found, sort_keys=True)
    except TypeError:  # keys of several types
        text = json.dumps(json.loads(json.dumps(found)), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def main():
    """Answer until standard input ends."""
    warnings.simplefilter("ignore")
    for number in GIVING_UP:
        signal.signal(number, give_up)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # A number may be given where a file is expected: of the first descriptors none is in use.
    lines = os.fdopen(fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 20))
    answers = os.fdopen(fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 20), "w")
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1) if "--keep-stderr" in sys.argv else (0, 1, 2):
        os.dup2(null, number)
    for line in lines:
        whole, programs = json.loads(line)
        found = [answer(name, program) for name, program in programs]
        print(json.dumps(found if whole else [*map(digest, found)]), file=answers, flush=True)


if __name__ == "__main__":
    main()

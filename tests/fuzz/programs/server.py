"""Run programs with the package of this interpreter: a batch on each line of standard input."""

import json
import os
import resource
import signal
import sys
import warnings

from tests.fuzz.programs.domains import DOMAINS

#: Seconds for one program, by kind, and bytes of memory for all.
LIMITS = {"library": 12, "processes": 12, "commands": 12, "gateways": 100}
MEMORY = 3 << 30


class TookTooLong(BaseException):
    """The program is given up: no error that a package could catch."""


def give_up(_signum, _frame):
    raise TookTooLong


def answer(name, program):
    """Return what comes of a program of the domain *name*."""
    signal.alarm(LIMITS[DOMAINS[name].kind])
    try:
        return DOMAINS[name].run(program)
    except TookTooLong:
        return ["took too long"]
    except RecursionError:
        return ["recursion"]
    except Exception as exc:
        return ["raised", type(exc).__name__, str(exc)]
    finally:
        signal.alarm(0)


def main():
    """Answer until standard input ends."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, give_up)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    lines = sys.stdin
    answers = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    if "--keep-stderr" not in sys.argv:
        os.dup2(null, 2)
    for line in lines:
        found = [answer(name, program) for name, program in json.loads(line)]
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()

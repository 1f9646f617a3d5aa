"""Replays cases fast: clush is loaded once, each case runs in a fork of this process.

Reads one JSON object a line from standard input (``args, cwd, env, stdin, out,
err``: the last three are paths), answers each with the exit code on a line.
"""

import json
import os
import sys

import ClusterShell.CLI.Clush as clush
import ClusterShell.CLI.Config
import ClusterShell.CLI.Display
import ClusterShell.Task
import ClusterShell.Worker.Ssh  # noqa: F401


def become(job):
    """Run clush in this process, as `job` says; does not return."""
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    for number, name, flags in (
        (0, "stdin", os.O_RDONLY),
        (1, "out", os.O_WRONLY),
        (2, "err", os.O_WRONLY),
    ):
        fd = os.open(job[name], flags)
        os.dup2(fd, number)
        os.close(fd)
    # The buffered rest of our own jobs is not the input of this one.
    sys.stdin = os.fdopen(0, closefd=False)
    sys.argv = ["clush", *job["args"]]
    code = 1
    try:
        clush.main()
    except SystemExit as exc:
        code = exc.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main():
    # A descriptor of its own for the answers: 1 belongs to the cases.
    answers = os.fdopen(os.dup(1), "w", closefd=False)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            become(json.loads(line))
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


if __name__ == "__main__":
    main()

"""How clush ends after an exception."""

from __future__ import annotations

import signal
import sys

from ClusterShell._cli.clush.run import report_interrupt
from ClusterShell._cli.errors import explain, generic_errors, is_too_large
from ClusterShell._cli.messages import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ClusterShell._cli.clush.run import Run


def status_after(run: Run, config_error: type[Exception], exp: BaseException) -> int:
    """Explain *exp*, which ends clush, and end its run; return the exit code.

    :param config_error: the class of errors in the configuration
    """
    interrupted = run.endings.asked == signal.SIGINT
    # What read our output got Ctrl-C as well, and may have ended first.
    if isinstance(exp, KeyboardInterrupt) or (isinstance(exp, BrokenPipeError) and interrupted):
        if run.going():
            run.end()
        else:
            report_interrupt()
        return 128 + signal.SIGINT
    run.abandon()
    if run.endings.fatal():
        run.terminate(run.endings.asked)
    if isinstance(exp, config_error):
        complain(f"ERROR: {exp}")
        return 1
    if isinstance(exp, generic_errors()) or is_too_large(exp):
        return explain(exp)
    sys.__excepthook__(type(exp), exp, exp.__traceback__)
    return 1

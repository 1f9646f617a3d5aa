"""The scenarios, one module for each thing they are about."""

from . import (  # noqa: F401
    aborts,
    asking,
    copies,
    output,
    ports,
    programs,
    stdin,
    streams,
    styles,
    tasks,
    timeouts,
    timers,
)

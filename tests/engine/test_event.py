"""ClusterShell.Event: the interface that handlers implement."""

import inspect

import pytest

from ClusterShell.Event import EventHandler

SIGNATURES = {
    "ev_start": "(worker)",
    "ev_pickup": "(worker, node)",
    "ev_read": "(worker, node, sname, msg)",
    "ev_error": "(worker)",
    "ev_written": "(worker, node, sname, size)",
    "ev_hup": "(worker, node, rc)",
    "ev_close": "(worker, timedout)",
    "ev_port_start": "(port)",
    "ev_msg": "(port, msg)",
    "ev_timer": "(timer)",
    "_ev_routing": "(worker, arg)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_method_does_nothing(name):
    method = getattr(EventHandler(), name)
    parameters = inspect.signature(method).parameters
    assert "(" + ", ".join(parameters) + ")" == SIGNATURES[name]
    assert method(*range(len(parameters))) is None


def test_nothing_else_is_called():
    """``ev_timeout`` is called where a subclass has it: the base must not."""
    assert {name for name in vars(EventHandler) if "ev_" in name} == set(SIGNATURES)


def test_handlers_hold_attributes():
    handler = EventHandler()
    handler.seen = 1
    assert handler.seen == 1

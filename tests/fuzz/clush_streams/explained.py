"""What differs on purpose, and why."""

import re


def _bad(case, *kinds):
    """Return the streams of *case* that are of one of *kinds*."""
    return [name for name, kind in case["streams"].items() if kind in kinds]


def _peer_crashes(case, ours, peer):
    texts = "\n".join(peer["stderr"] + peer["stdout"] + peer["tty"])
    if "Traceback (most recent call last)" in texts:
        return "the released package ends with a traceback"
    if "not enough values to unpack" in texts:
        return "the released package fails on a line that rpdcp says about itself"
    foreign = case["ground"] == "none" and _bad(case, "terminal")
    if "Inappropriate ioctl for device" in texts or (
        foreign and peer["end"] == "exit 1" and not peer["done"]
    ):
        return "the released package fails at a terminal that is not its own"
    return None


def _peer_hangs(case, ours, peer):
    if peer["end"] == "hangs" and ours["end"] != "hangs":
        return "the released package hangs"
    return None


#: What is said of a stream that fails, by the released package or the interpreter.
_FAILURE = re.compile(r"Exception ignored|OSError|Errno|BrokenPipe|No space left|closed|<_io")

#: The heading of what nodes have said: it names fewer where the output of some is lost.
_HEADING = re.compile(r"n(\d+|\[[-,\d]+\])( \(\d+\))?$")


def _streams(case, ours, peer):
    """All that the released package has done, and shown elsewhere, is there as well."""
    failing = [name for name in _bad(case, "full", "closed") if name != "stdin"]
    if not failing or not set(peer["done"]) <= set(ours["done"]):
        return None
    for name in ("stdout", "stderr", "tty"):
        lines = [line for line in peer[name] if not _FAILURE.search(line)]
        told = {line for line in lines if not _HEADING.match(line)}
        if name not in failing and not told <= set(ours[name]):
            return None
    return "a stream that fails costs that stream only"


def _input(case, ours, peer):
    if case["streams"]["stdin"] != "nonblocking":
        return None
    late = "in1" in str(ours) and "in1" not in str(peer)
    if late or "pdsh" in case["args"] or "Resource temporarily unavailable" in str(peer):
        return "input that comes late is no end of input"
    return None


def _timeouts(case, ours, peer):
    shown, peers = (str(side["stdout"] + side["tty"]) for side in (ours, peer))
    if "begun" in shown and "begun" not in peers:
        return "what nodes have sent that then time out is shown"
    return None


def _reverse_copy(case, ours, peer):
    if "--rcopy" in case["args"] and "exec" in case["args"] and "cannot create" in str(peer):
        return "a reverse copy of the local worker copies from source into dest"
    return None


def _empty_files(case, ours, peer):
    if {**ours, "files": 0} != {**peer, "files": 0}:
        return None
    if ours["files"] == {name: text for name, text in peer["files"].items() if text}:
        return "no file of output for a node without output"
    return None


def _too_late(case, ours, peer):
    if {**ours, "done": 0} == {**peer, "done": 0} and "not supported by pdsh" in str(ours):
        return "commands may or may not have begun when an error ends the run"
    if "Cannot run pdsh" in str(ours) and ours["end"] == peer["end"]:
        return "of several copies others may have ended when one ends the run"
    return None


def _gathered_files(case, ours, peer):
    if {**ours, "files": 0} == {**peer, "files": 0} and not peer["files"]:
        return "files of output are written with every display"
    return None


_RULES = [
    _gathered_files,
    _too_late,
    _peer_crashes,
    _peer_hangs,
    _streams,
    _input,
    _timeouts,
    _reverse_copy,
    _empty_files,
]


def explain(case, ours, peer):
    """Return why *ours* may differ from *peer*, or None."""
    for rule in _RULES:
        reason = rule(case, ours, peer)
        if reason:
            return reason
    return None

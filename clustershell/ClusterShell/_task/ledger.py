"""What the commands of a task have returned: messages, exit codes, timeouts.

The :class:`Ledger` keeps messages under a *source*, a pair (worker, key), and exit
codes by worker; :class:`LedgerVerbs` are the questions that a task answers from it.
"""

from __future__ import annotations

from operator import itemgetter

from ClusterShell._accel import trunks as _trunks
from ClusterShell.MsgTree import MsgTree

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Callable

    from ClusterShell.MsgTree import MsgTreeElem

    #: Output, and the keys that sent it: names of nodes, unless a program gave others.
    Gathered = tuple[MsgTreeElem, list[str]]

_key_of = itemgetter(1)
_TEXT = {str}
_NONE: dict[Any, Any] = {}


class Ledger:
    """Results of one task.

    :param keeps: function of the name of a stream telling whether its messages are kept
    :param missing: function of such a name that returns the error for messages not kept
    :param settings: dictionary in which NAME_msgtree says the same, if it does
    :param info: dictionary in which ``debug`` asks for each line to be printed, if it does
    """

    __slots__ = (
        "_by_code",
        "_keeps",
        "_missing",
        "codes",
        "info",
        "late",
        "max_code",
        "settings",
        "timeouts",
        "trees",
    )

    def __init__(
        self,
        keeps: Callable[[str], bool],
        missing: Callable[[str], Exception],
        settings: dict[str, Any] | None = None,
        info: dict[str, Any] | None = None,
    ) -> None:
        self._keeps = keeps
        self._missing = missing
        self.settings = settings
        self.info = info
        self.reset()

    def reset(self) -> None:
        """Forget all results."""
        self.trees: dict[str, MsgTree] = {}
        # Results are asked for again and again: by worker, by code, of all.
        self.codes: dict[Any, dict[Any, int | None]] = {}
        self._by_code: dict[Any, list] | None = {}
        self.max_code: int | None = None
        self.timeouts: dict[tuple[Any, Any], Any] = {}
        self.late: dict[Any, dict[Any, None]] = {}

    # -- messages

    def tree_or_none(self, sname: str) -> MsgTree | None:
        """Return the tree of messages of stream *sname*, None where they are not kept."""
        if not self._keeps(sname):
            return None
        tree = self.trees.get(sname)
        if tree is None:
            tree = self.trees[sname] = MsgTree()
        return tree

    def tree(self, sname: str) -> MsgTree:
        """Return the tree of messages of stream *sname*.

        :raises TaskMsgTreeError: these messages are not kept
        """
        tree = self.tree_or_none(sname)
        if tree is None:
            raise self._missing(sname)
        return tree

    def kept_tree(self, sname: str) -> MsgTree:
        """Return the tree of what was kept, also where no more is to be kept."""
        tree = self.trees.get(sname)
        return self.tree(sname) if tree is None else tree

    def add(self, worker: Any, key: Any, sname: str, line: bytes) -> None:
        """Keep *line* from stream *sname* of *key*."""
        tree = self.tree_or_none(sname)
        if tree is not None:
            tree.add((worker, key), line)

    def message(self, worker: Any, key: Any, sname: str) -> bytes | None:
        """Return what stream *sname* of *key* has sent to *worker*, None if nothing."""
        element = self.tree(sname).get((worker, key))
        return None if element is None else element.message()

    def matched(self, method: Callable, keys: Any = None, worker: Any = None) -> Any:
        """Call a *method* of a tree for the sources of *worker* and *keys*.

        :raises TypeError: *keys* is one key, where several are expected
        """
        if keys and isinstance(keys, str):
            raise TypeError(f"match_keys must be a container of keys, not {keys!r}")
        match = None
        if worker is not None or keys:
            match = _trunks.Sources(worker, keys)
        return method(match, _key_of)

    def flush(self, sname: str, worker: Any = None) -> None:
        """Forget the messages of stream *sname*, of all workers or of one."""
        tree = self.tree_or_none(sname)
        if tree is None:
            return
        if worker is None:
            tree.clear()
        else:
            tree.remove(lambda source: source[0] is worker)

    # -- exit codes

    def set_code(self, worker: Any, key: Any, rc: int | None) -> None:
        """The command of *key* has ended with exit code *rc*."""
        codes = self.codes.get(worker)
        if codes is None:
            codes = self.codes[worker] = {}
        if key in codes:
            self._by_code = None  # of several ends of a key the last one counts
        codes[key] = rc
        if self._by_code is not None:
            keys = self._by_code.get(rc)
            if keys is None:
                self._by_code[rc] = [key]
            else:
                keys.append(key)
        if rc is not None and (self.max_code is None or rc > self.max_code):
            self.max_code = rc

    def codes_of_key(self, key: Any) -> list[Any]:
        """Return the exit codes of *key*, of all its workers."""
        workers = self.codes.values()
        if type(key) is str:
            return [codes[key] for codes in workers if key in codes]
        # It may be equal to a key, and have another hash or none.
        return [rc for codes in workers for known, rc in codes.items() if known == key]

    def keys_by_code(self) -> dict[Any, list]:
        """Return exit code -> keys of all workers, as it is kept up to date."""
        if self._by_code is None:
            groups: dict[Any, list] = {}
            for codes in self.codes.values():
                for key, rc in codes.items():
                    groups.setdefault(rc, []).append(key)
            self._by_code = groups
        return self._by_code

    def keys_of_worker(self, worker: Any, keys: Any = None) -> dict[Any, list]:
        """Return exit code -> keys of *worker*, for these *keys* only."""
        if not keys and len(self.codes) == 1 and worker in self.codes:
            return self.keys_by_code().copy()
        groups: dict[Any, list] = {}
        for key, rc in self.codes.get(worker, _NONE).items():
            if not keys or key in keys:
                groups.setdefault(rc, []).append(key)
        return groups

    # -- timeouts

    def set_timeout(self, worker: Any, key: Any) -> None:
        """The command of *key* has run into its timeout."""
        self.timeouts[worker, key] = key
        self.late.setdefault(worker, {})[key] = None

    def forget_timeouts(self, worker: Any) -> None:
        """Forget which keys of *worker* ran into their timeout."""
        for key in self.late.pop(worker, ()):
            del self.timeouts[worker, key]


class LedgerVerbs:
    """The part of a Task that answers questions about its results."""

    _ledger: Ledger

    def key_buffer(self, key: Any) -> bytes:
        """Return the output of *key*, of all its workers; empty if there is none."""
        return _buffer(self._ledger, key, "stdout")

    def key_error(self, key: Any) -> bytes:
        """Return the error output of *key*, of all its workers; empty if there is none."""
        return _buffer(self._ledger, key, "stderr")

    node_buffer = key_buffer
    node_error = key_error

    def iter_buffers(self, match_keys: Iterable[Any] | None = None) -> Iterator[Gathered]:
        """Iterate over (output, list of the keys that sent it).

        :param match_keys: only keys in this container

        >>> for output, nodes in task.iter_buffers():             # doctest: +SKIP
        ...     print(NodeSet.fromlist(nodes), output.message().decode())
        """
        return self._ledger.matched(self._ledger.kept_tree("stdout").walk, match_keys)

    def iter_errors(self, match_keys: Iterable[Any] | None = None) -> Iterator[Gathered]:
        """Iterate over (error output, list of the keys that sent it)."""
        return self._ledger.matched(self._ledger.kept_tree("stderr").walk, match_keys)

    def flush_buffers(self) -> None:
        """Forget the output received so far."""
        self._ledger.flush("stdout")

    def flush_errors(self) -> None:
        """Forget the error output received so far."""
        self._ledger.flush("stderr")

    def key_retcode(self, key: Any) -> int | None:
        """Return the greatest exit code of *key*, of all its workers.

        :raises KeyError: no command of *key* has ended
        """
        codes = self._ledger.codes_of_key(key)
        if not codes:
            raise KeyError(key)
        return max(codes)

    node_retcode = key_retcode

    def max_retcode(self) -> int | None:
        """Return the greatest exit code, None if no command has ended by itself.

        A command ended by a signal has exit code 128 + number of the signal.
        """
        return self._ledger.max_code

    def iter_retcodes(
        self, match_keys: Iterable[Any] | None = None
    ) -> Iterator[tuple[int, list[str]]]:
        """Iterate over (exit code, list of the keys whose commands ended with it).

        :param match_keys: only keys in this container; an exit code of none of them
            comes with an empty list
        """
        groups = self._ledger.keys_by_code().items()
        if match_keys:
            plain = type(match_keys) not in (list, tuple)
            for rc, keys in groups:
                among = match_keys if plain else _among(match_keys, keys)
                yield rc, [key for key in keys if key in among]
        else:
            for rc, keys in groups:
                yield rc, keys.copy()

    def num_timeout(self) -> int:
        """Return the number of keys that ran into their timeout."""
        return len(self._ledger.timeouts)

    def iter_keys_timeout(self) -> Iterator[str]:
        """Iterate over the keys that ran into their timeout."""
        for key in self._ledger.timeouts.values():  # noqa: UP028 (takes less time)
            yield key

    # -- names that programs are known to touch

    @property
    def _msgtrees(self) -> dict[str, MsgTree]:
        return self._ledger.trees

    def _msgtree(self, sname: str, strict: bool = True) -> MsgTree | None:
        return self._ledger.tree(sname) if strict else self._ledger.tree_or_none(sname)

    def _msg_add(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        self._ledger.add(worker, node, sname, msg)

    def _rc_set(self, worker: Any, node: Any, rc: int | None) -> None:
        self._ledger.set_code(worker, node, rc)

    def _timeout_add(self, worker: Any, node: Any) -> None:
        self._ledger.set_timeout(worker, node)

    def _reset(self) -> None:
        self._ledger.reset()


def _among(chosen: Any, keys: list) -> Any:
    """Return chosen keys, in a list or tuple, as a set if they and the others are texts."""
    texts = _TEXT.issuperset(map(type, chosen)) and _TEXT.issuperset(map(type, keys))
    return set(chosen) if texts else chosen


def _buffer(ledger: Ledger, key: Any, sname: str) -> bytes:
    messages = ledger.tree(sname).messages(_trunks.Sources(None, key, True))
    return b"".join(element.message() for element in messages)

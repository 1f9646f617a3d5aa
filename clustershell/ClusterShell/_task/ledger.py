"""What the commands of a task have returned: messages, exit codes, timeouts.

Everything is kept under a *source*, a pair (worker, key).
"""

from __future__ import annotations

from operator import itemgetter

from ClusterShell.MsgTree import MsgTree

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable

_key_of = itemgetter(1)


class ResultsMixin:
    """The part of a Task that keeps results and answers questions about them."""

    _msgtrees: dict[str, MsgTree]
    _d_source_rc: dict[tuple[Any, Any], int | None]
    _timeout_sources: dict[tuple[Any, Any], None]
    _max_rc: int | None
    _default: dict[str, Any]

    def _reset(self) -> None:
        """Forget all results."""
        self._msgtrees = {}
        self._d_source_rc = {}
        self._max_rc = None
        self._timeout_sources = {}

    # -- messages

    def _msgtree_or_none(self, sname: str) -> MsgTree | None:
        """Return the tree of messages of stream *sname*, None where they are not kept."""
        if not self._default.get(sname + "_msgtree"):
            return None
        tree = self._msgtrees.get(sname)
        if tree is None:
            tree = self._msgtrees[sname] = MsgTree()
        return tree

    def _missing_msgtree(self, sname: str) -> Exception:
        raise NotImplementedError

    def _msgtree(self, sname: str, strict: bool = True) -> MsgTree | None:
        """Return the tree of messages of stream *sname*.

        :raises TaskMsgTreeError: these messages are not kept, and *strict* is true
        """
        tree = self._msgtree_or_none(sname)
        if tree is None and strict:
            raise self._missing_msgtree(sname)
        return tree

    def _msg_add(self, worker: Any, node: Any, sname: str, msg: bytes) -> None:
        """Keep line *msg* from stream *sname* of *node*."""
        tree = self._msgtree_or_none(sname)
        if tree is not None:
            tree.add((worker, node), msg)

    def _msg_by_source(self, worker: Any, node: Any, sname: str) -> bytes | None:
        """Return what stream *sname* of *node* has sent to *worker*, None if nothing."""
        element = self._tree(sname).get((worker, node))
        return None if element is None else element.message()

    def _tree(self, sname: str) -> MsgTree:
        tree = self._msgtree(sname)
        assert tree is not None
        return tree

    def _call_tree_matcher(
        self, tree_match_func: Callable, match_keys: Any = None, worker: Any = None
    ) -> Any:
        """Call a method of a tree for the sources of *worker* and *match_keys*.

        :raises TypeError: *match_keys* is one key, where several are expected
        """
        if match_keys and isinstance(match_keys, str):
            raise TypeError(f"match_keys must be a container of keys, not {match_keys!r}")
        match: Callable | None = None
        if worker is None:
            if match_keys:

                def match(source: Any) -> bool:
                    return source[1] in match_keys

        elif match_keys is None:

            def match(source: Any) -> bool:
                return source[0] is worker

        else:

            def match(source: Any) -> bool:
                return source[1] in match_keys and source[0] is worker

        return tree_match_func(match, _key_of)

    def _buffer_by_key(self, key: Any, sname: str) -> bytes:
        messages = self._tree(sname).messages(lambda source: source[1] == key)
        return b"".join(element.message() for element in messages)

    def key_buffer(self, key: Any) -> bytes:
        """Return the output of *key*, of all its workers; empty if there is none."""
        return self._buffer_by_key(key, "stdout")

    def key_error(self, key: Any) -> bytes:
        """Return the error output of *key*, of all its workers; empty if there is none."""
        return self._buffer_by_key(key, "stderr")

    node_buffer = key_buffer
    node_error = key_error

    def _iter_msgtree(self, sname: str, match_keys: Any = None) -> Iterator:
        """Iterate over (message, keys) of stream *sname*."""
        # What was kept stays, also where no more is to be kept.
        tree = self._msgtrees.get(sname) or self._tree(sname)
        return self._call_tree_matcher(tree.walk, match_keys)

    def iter_buffers(self, match_keys: Any = None) -> Iterator:
        """Iterate over (output, list of the keys that sent it).

        :param match_keys: only keys in this container

        >>> for output, nodes in task.iter_buffers():             # doctest: +SKIP
        ...     print(NodeSet.fromlist(nodes), output.message().decode())
        """
        return self._iter_msgtree("stdout", match_keys)

    def iter_errors(self, match_keys: Any = None) -> Iterator:
        """Iterate over (error output, list of the keys that sent it)."""
        return self._iter_msgtree("stderr", match_keys)

    def flush_buffers(self) -> None:
        """Forget the output received so far."""
        self._flush("stdout")

    def flush_errors(self) -> None:
        """Forget the error output received so far."""
        self._flush("stderr")

    def _flush(self, sname: str) -> None:
        tree = self._msgtree(sname, strict=False)
        if tree is not None:
            tree.clear()

    def _flush_by_worker(self, worker: Any, sname: str) -> None:
        tree = self._msgtree(sname, strict=False)
        if tree is not None:
            tree.remove(lambda source: source[0] is worker)

    def _flush_buffers_by_worker(self, worker: Any) -> None:
        """Forget the output of *worker*."""
        self._flush_by_worker(worker, "stdout")

    def _flush_errors_by_worker(self, worker: Any) -> None:
        """Forget the error output of *worker*."""
        self._flush_by_worker(worker, "stderr")

    # -- exit codes

    def _rc_set(self, worker: Any, node: Any, rc: int | None) -> None:
        """The command of *node* has ended with exit code *rc*."""
        self._d_source_rc[worker, node] = rc
        if rc is not None and (self._max_rc is None or rc > self._max_rc):
            self._max_rc = rc

    def _rc_by_source(self, worker: Any, node: Any) -> int | None:
        """Return the exit code of *node* of *worker*; KeyError if there is none."""
        return self._d_source_rc[worker, node]

    def _rc_iter_by_key(self, key: Any) -> Iterator:
        """Iterate over the exit codes of *key*."""
        return (rc for source, rc in self._d_source_rc.items() if source[1] == key)

    def _grouped_rcs(self, match: Callable[[Any], bool]) -> Iterator:
        groups: dict[Any, list] = {}
        for source, rc in self._d_source_rc.items():
            if match(source):
                groups.setdefault(rc, []).append(source[1])
        return iter(groups.items())

    def _rc_iter_by_worker(self, worker: Any, match_keys: Any = None) -> Iterator:
        """Iterate over (exit code, keys) of *worker*."""
        return self._grouped_rcs(
            lambda source: source[0] is worker and (not match_keys or source[1] in match_keys)
        )

    def _krc_iter_by_worker(self, worker: Any) -> Iterator:
        """Iterate over (key, exit code) of *worker*."""
        for source, rc in self._d_source_rc.items():
            if source[0] is worker:
                yield source[1], rc

    def key_retcode(self, key: Any) -> int | None:
        """Return the greatest exit code of *key*, of all its workers.

        :raises KeyError: no command of *key* has ended
        """
        codes = list(self._rc_iter_by_key(key))
        if not codes:
            raise KeyError(key)
        return max(codes)

    node_retcode = key_retcode

    def max_retcode(self) -> int | None:
        """Return the greatest exit code, None if no command has ended by itself.

        A command ended by a signal has exit code 128 + number of the signal.
        """
        return self._max_rc

    def iter_retcodes(self, match_keys: Any = None) -> Iterator:
        """Iterate over (exit code, list of the keys whose commands ended with it).

        :param match_keys: only keys in this container; an exit code of none of them
            comes with an empty list
        """
        groups = self._grouped_rcs(lambda source: True)
        if not match_keys:
            return groups
        return ((rc, [key for key in keys if key in match_keys]) for rc, keys in groups)

    # -- timeouts

    def _timeout_add(self, worker: Any, node: Any) -> None:
        """The command of *node* has run into its timeout."""
        self._timeout_sources[worker, node] = None

    def _iter_keys_timeout_by_worker(self, worker: Any) -> Iterator:
        """Iterate over the keys of *worker* that ran into their timeout."""
        return (key for owner, key in self._timeout_sources if owner is worker)

    def _num_timeout_by_worker(self, worker: Any) -> int:
        """Return the number of keys of *worker* that ran into their timeout."""
        return sum(1 for _ in self._iter_keys_timeout_by_worker(worker))

    def num_timeout(self) -> int:
        """Return the number of keys that ran into their timeout."""
        return len(self._timeout_sources)

    def iter_keys_timeout(self) -> Iterator:
        """Iterate over the keys that ran into their timeout."""
        return (key for _, key in self._timeout_sources)

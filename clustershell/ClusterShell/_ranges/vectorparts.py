"""How a set of vectors is stored: boxes in parts, folded when somebody reads them.

A part is some kernel boxes with the autostep of each axis: vectors keep the one
they came with until they are folded with others.
"""

from __future__ import annotations

from ClusterShell import _accel
from ClusterShell._ranges import elements, nd
from ClusterShell._ranges.folded import AUTOSTEP_DISABLED

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from typing_extensions import Self


# How often folding begins anew when the set is changed meanwhile.
_TRIES = 8


class _PartsOfGiven:
    """The attribute *_parts* until somebody asks for it: made of the vectors that were given."""

    def __get__(self, vectors: Any, owner: Any = None) -> Any:
        if vectors is None:
            return self
        state = vectors.__dict__
        given = state.get("_given")
        if given is not None:
            parts: list[Any] = []
            for axes in given:
                _append(parts, axes)
            # Of several that ask at a time the first one's parts are kept: they may have
            # changed already.  What was given goes once they are there.
            state.setdefault("_parts", parts)
            state.pop("_given", None)
        try:
            return state["_parts"]
        except KeyError:
            raise AttributeError("a set that its constructor has not made") from None


class VectorParts:
    """What a RangeSetND is made of.

    _parts: pairs of the autosteps of the axes and boxes, in the order added.
    _given: vectors of range sets that are in no part yet: a caller gave them away, and
        nobody has asked for parts.
    _folded: whether they are folded, into one part then.
    _shared: whether the boxes belong to a copy as well.
    _read: the vectors as range sets, once somebody has asked for them.
    _sliced: whether this is a slice, not folded since: its vectors are single
        elements then, however few boxes hold them.
    _several: whether the vectors last folded, or met since, differ in several
        axes; as long as they do not, adding to a set with steps folds.

    _autostep: the autostep of the set, for vectors that are folded.

    Many threads may read at a time, and whoever comes first folds: the list of
    parts is then replaced, in one step.
    """

    _autostep: Any
    _given: Any

    if TYPE_CHECKING:

        def vectors(self) -> Any: ...

    def __init__(self) -> None:
        self._parts = []
        self._folded = self._shared = self._sliced = self._several = False
        self._read: Any = None

    # -- storing

    _parts: Any = _PartsOfGiven()

    def _to_read(self, vectors: Iterable[Any] | None, given: type | None) -> Iterable[Any]:
        """Return the vectors that a new set is to read, which are none that it takes as they are.

        :param given: class of range sets that the caller gives away
        """
        if vectors is None:
            return ()
        if given is not None and _accel.vectors.are_vectors(vectors, given):
            self.__dict__["_given"] = list(vectors)
            del self._parts
            return ()
        return vectors

    def _append(self, axes: list[Any]) -> None:
        """Append a vector of RangeSet objects."""
        _append(self._parts, axes)

    def _boxes_of_all_axes(self) -> Any:
        """Return the boxes of the last part if all axes have the autostep of the set, or None."""
        steps, boxes = self._parts[-1]
        return boxes if steps == (self._autostep,) * boxes.dim else None

    def _changed(self, parts: list[Any]) -> None:
        """Take *parts* for all vectors there are."""
        if len(parts) == 1:
            self._parts = [parts[0]] if parts[0][1].size else []
        else:
            self._parts = [part for part in parts if part[1].size]
        self._folded = False
        self._read = None
        self._sliced = False

    def _twin(self) -> Self:
        """Return a copy of a folded set; boxes are shared until one of the two changes."""
        twin = self.__class__.__new__(self.__class__)
        twin.__dict__.update(self.__dict__)
        twin._parts = list(self._parts)
        twin._read = None
        twin._several = False
        twin._shared = self._shared = True
        return twin

    def _take_steps(self, step: float) -> None:
        """Let all vectors, of some parts, take an autostep, as in ``_autostep``."""
        steps = (step,) * self._parts[0][1].dim
        self._parts = [(steps, boxes) for _, boxes in self._parts]

    # -- folding

    def fold(self) -> None:
        """Fold now, which otherwise happens when vectors are read.

        Raises RuntimeError where somebody else, a finaliser or another thread,
        changes the set each time that is tried.
        """
        if self._folded:
            return
        for _ in range(_TRIES):
            if self._folded:
                return
            if self._is_stepped():
                self._take_apart()
            parts = self._parts
            boxes = self._boxes()
            if boxes is None or boxes.size < 2:
                self._folded = True
                self._sliced = False
                return
            count = boxes.size
            several = boxes.varying() < 0
            steps = (self._autostep,) * boxes.dim if several else parts[0][0]
            folded = [(steps, nd.fold(boxes))]
            if self._parts is parts and boxes.size == count:
                # Without a call in between, by which a change could come and be lost.
                self._parts = folded
                self._several = several
                self._read = None
                self._sliced = False
                self._folded = True
                self._shared = False
                return
        if not self._folded:
            raise RuntimeError("set changed while it was folded")

    def _fold_one_axis(self) -> None:
        """Fold vectors that differ in one axis; remember it if they differ in several."""
        boxes = self._boxes()
        if boxes.size > 1:
            self._several = boxes.varying() < 0
            if not self._several:
                self.fold()

    def _is_stepped(self) -> bool:
        """Tell whether some text of this set may have steps."""
        if self._autostep < AUTOSTEP_DISABLED:
            return True
        for steps, _ in self._parts:
            # Mostly all axes have the autostep of their set.
            if steps[0] < AUTOSTEP_DISABLED or min(steps) < AUTOSTEP_DISABLED:
                return True
        return False

    def _take_apart(self) -> None:
        """Make single elements of the boxes of a slice."""
        if self._sliced:
            self._parts = [(steps, nd.taken_apart(boxes)) for steps, boxes in self._parts]
            self._sliced = self._shared = False
            self._read = None

    # -- reading

    def _boxes(self) -> Any:
        """Return all boxes, folded or not, as one kernel object; None for no part."""
        parts = self._parts
        if not parts:
            return None
        boxes = parts[0][1]
        if len(parts) > 1:
            boxes = boxes.copy()
            for _, more in parts[1:]:
                boxes = nd.extended(boxes, more)
        return boxes

    def _folded_boxes(self) -> Any:
        """Return all boxes folded, as one kernel object; None for no part."""
        self.fold()
        return self._boxes()

    def _position(self, texts: list[str]) -> int:
        """Return the position of an element given as texts, -1 if it is not there."""
        boxes = self._folded_boxes()
        keys = [elements.member(text) for text in texts]
        if boxes is None or None in keys or len(keys) != boxes.dim:
            return -1
        return boxes.position(keys)

    def _is_in_first_axis(self, kind: Any, text: str) -> bool:
        """Tell whether the first axis has all indexes of a text; *kind* is that of range sets."""
        boxes = self._folded_boxes()
        wanted = kind(text)
        found = nd.in_first_axis(boxes, elements.members(wanted))
        if found is None:
            first = kind()
            for vector in self.vectors():
                first.update(vector[0])
            found = wanted.issubset(first)
        return bool(found)

    def _texts(self, one: str = "%s", more: str = "%s") -> list[tuple[str, ...]]:
        """Return the texts of the folded vectors, each a tuple of one per axis.

        :param one: what to put the text of a single index into.
        :param more: what to put the text of several into.
        """
        found = []
        self.fold()
        for steps, boxes in self._parts:
            limits = [None if step >= AUTOSTEP_DISABLED else step for step in steps]
            for sides in boxes.sides():
                found.append(
                    tuple(
                        [
                            (one if runs.count() == 1 else more) % runs.fold(limit)
                            for runs, limit in zip(sides, limits)
                        ]
                    )
                )
        return found

    # -- set algebra

    def _covers(self, other: VectorParts) -> bool:
        """Tell whether all elements of *other* are in this set."""
        mine, theirs = self._boxes(), other._boxes()
        if mine is None or theirs is None or mine.dim != theirs.dim:
            return theirs is None
        return nd.covers(mine, theirs)

    def _unite(self, other: VectorParts) -> None:
        """Add the elements of *other*; ValueError if it has another number of axes."""
        stepped = self._is_stepped()
        if stepped:
            # How many vectors there are decides which autostep is left.
            self._take_apart()
            other._take_apart()
        boxes = other._boxes()
        if other is self or boxes is None:
            self._changed(self._parts)
            return
        steps = (self._autostep,) * boxes.dim
        parts = self._parts
        if parts and boxes.dim != parts[0][1].dim:
            dim = parts[0][1].dim
            raise ValueError(f"vectors of {boxes.dim} axes in a set of vectors of {dim}")
        if parts and parts[-1][0] == steps:
            last = parts[-1][1].copy() if self._shared else parts[-1][1]
            parts = [*parts[:-1], (steps, nd.extended(last, boxes))]
        else:
            parts = [*parts, (steps, boxes.copy())]
        self._changed(parts)
        self._shared = False
        if stepped and not self._several:
            self._fold_one_axis()

    def _intersect(self, other: VectorParts) -> None:
        """Keep the elements of *other*, of as many axes; neither set is empty."""
        common = nd.fold(nd.intersection(self._boxes(), other._boxes()))
        self._changed([((AUTOSTEP_DISABLED,) * common.dim, common)])
        self._shared = False

    def _subtract(self, other: VectorParts) -> None:
        """Remove the elements of *other*, of as many axes; neither set is empty."""
        stepped = self._is_stepped() or other._is_stepped()
        if stepped:
            self._take_apart()
            other._take_apart()
        gone = other._boxes()
        parts = []
        for steps, boxes in self._parts:
            rest = nd.overlapping_difference(boxes, gone) if stepped else None
            parts.append((steps, nd.difference(boxes, gone) if rest is None else rest))
        self._changed(parts)
        self._shared = False


def _append(parts: list[Any], axes: Sequence[Any]) -> None:
    """Append a vector of RangeSet objects to the parts of a set."""
    steps = tuple([axis._autostep for axis in axes])
    sides = [axis._runs for axis in axes]
    if parts and parts[-1][0] == steps:
        last = parts.pop()[1]
    else:
        last = nd.empty(parts[0][1].dim if parts else len(axes))
    parts.append((steps, nd.with_box(last, sides)))

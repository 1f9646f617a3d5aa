"""The folded text of a node set, given by its patterns (see :mod:`patterns`)."""

from __future__ import annotations

from ClusterShell._accel import algebra
from ClusterShell.RangeSet import RangeSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    #: An exception class, of a part at fault and a reason.
    Error = Callable[[str, str], Exception]
    Texts = tuple[str, ...]


def name(pattern: str, indexes: str | Texts, error: Error) -> str:
    """Return the text of ``pattern`` with ``indexes``, a text or a tuple of texts.

    Raises an exception of the class ``error`` where they do not fit.
    """
    try:
        return pattern % indexes
    except TypeError:
        raise error(pattern, "Internal error: node pattern and ranges mismatch") from None


def _foldable(fold_axis: Any, dim: int, error: Error) -> set[int] | None:
    """Return the numbers of the axes to fold, of ``dim`` axes, or None for all."""
    if fold_axis is None:
        return None
    try:
        return {int(axis) + dim if int(axis) < 0 else int(axis) for axis in fold_axis}
    except (TypeError, ValueError) as exc:
        raise error(f"fold_axis={fold_axis}", str(exc)) from exc


def _axis_text(rangeset: RangeSet) -> str:
    text = str(rangeset)
    return f"[{text}]" if rangeset._count() > 1 else text


def _box_texts(pattern: str, rangeset: Any, axes: set[int] | None, error: Error) -> list[str]:
    """Return the folded texts of a pattern of several indexes."""
    if axes is None:
        return [name(pattern, texts, error) for texts in rangeset._texts("%s", "[%s]")]
    found = []
    for vector in rangeset.vectors():
        texts: list[Texts] = [()]
        # The first axis turns fastest.
        for axis in reversed(range(len(vector))):
            choices = [_axis_text(vector[axis])] if axis in axes else list(vector[axis])
            texts = [(choice, *rest) for rest in texts for choice in choices]
        found.extend([name(pattern, text, error) for text in texts])
    return found


def folded(patterns: dict[str, Any], fold_axis: Collection[int] | None, error: Error) -> str:
    """Return the folded text.

    :param fold_axis: numbers of the axes to fold, None for all
    :param error: exception class to raise for axes that are none, and for a pattern that
        does not fit its indexes
    """
    if fold_axis is None:
        try:
            text = algebra.folded(patterns)
        except TypeError:
            text = None  # a pattern that does not fit is told of below
        if text is not None:
            return text
    texts: list[str] = []
    for pattern, rangeset in algebra.ordered(patterns):
        if not rangeset:
            plain = pattern.__class__ is str and "%" not in pattern
            texts.append(pattern if plain else name(pattern, (), error))
        elif fold_axis is None and rangeset.__class__ is RangeSet:
            text = str(rangeset)
            text = f"[{text}]" if rangeset._runs.count() > 1 else text
            texts.append(name(pattern, text, error))
        else:
            texts.extend(_texts_of_axes(pattern, rangeset, fold_axis, error))
    return ",".join(texts)


def _texts_of_axes(pattern: str, rangeset: Any, fold_axis: Any, error: Error) -> list[str]:
    """Return the folded texts of one pattern."""
    dim = rangeset.dim()
    axes = _foldable(fold_axis, dim, error)
    if dim > 1:
        return _box_texts(pattern, rangeset, axes, error)
    if axes is None or 0 in axes:
        return [name(pattern, _axis_text(rangeset), error)]
    return [name(pattern, index, error) for index in rangeset]

"""Group files: YAML dictionaries of sources, of groups, of nodes.

::

    racks:
        rack1: 'node[1-20]'
        rack2: ['node[21-40]', 'spare1']
"""

import re

import yaml

# The C reader is several times faster; the Python one words its errors the
# way people have come to know them, so it reads a bad file once more.
_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REREAD_SIZE = 1 << 16
_DEEP = 100


class BadGroupFile(Exception):
    """A group file is not what it has to be; its text says why."""


def read_group_file(filename: str) -> "dict[str, dict[str, object]]":
    """Return the groups of each source of a YAML file.

    Values are as in the file; only names are checked.  Raises OSError where
    the file cannot be read, BadGroupFile where its content is wrong.
    """
    try:
        with open(filename, encoding="utf-8") as stream:
            text = stream.read()
        content = _parse(text, filename)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as exc:
        raise BadGroupFile(str(exc)) from exc
    if not isinstance(content, dict):
        raise BadGroupFile("invalid content (base is not a dict)")
    for source, groups in content.items():
        if not isinstance(source, str):
            raise BadGroupFile(f"group source {source} not a string (add quotes?)")
        if not isinstance(groups, dict):
            raise BadGroupFile(f"invalid content (group source '{source}' is not a dict)")
        for group in groups:
            if not isinstance(group, str):
                raise BadGroupFile(f"{source}: group name {group} not a string (add quotes?)")
    return content


def _parse(text: str, filename: str) -> object:
    if _FastLoader is not yaml.SafeLoader and not _is_deep(text):
        try:
            return yaml.load(text, Loader=_FastLoader)
        except yaml.YAMLError:
            if len(text) > _REREAD_SIZE:
                raise
    with open(filename, encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def _is_deep(text: str) -> bool:
    """Tell whether collections are nested so deeply that the C reader might run out of stack.

    Three levels make a group file; the Python reader raises an error instead.
    """
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > _DEEP or re.search(rf"(?:[-?:] ){{{_DEEP}}}", text) is not None

"""Group files: YAML dictionaries of sources, of groups, of nodes.

::

    racks:
        rack1: 'node[1-20]'
        rack2: ['node[21-40]', 'spare1']
"""

import yaml

# The C reader is several times faster; the Python one words its errors the
# way people have come to know them, so it reads a bad file once more.
_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    try:
        return yaml.load(text, Loader=_FastLoader)
    except yaml.YAMLError:
        if _FastLoader is yaml.SafeLoader:
            raise
    with open(filename, encoding="utf-8") as stream:
        return yaml.safe_load(stream)

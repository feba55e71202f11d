"""The data files that travel with the program: where they are and how they are read.

In a checkout they are the folders ``law/`` and ``docs/`` at the top; in an installed wheel they are ``tongguan/law_data``
and ``tongguan/docs_data``.
The reader is stricter than YAML: a key written twice is an error, for otherwise the second would silently win.
"""

from __future__ import annotations

from pathlib import Path

import yaml

_HERE = Path(__file__).resolve()


def _folder(name: str) -> Path:
    checkout = _HERE.parents[3] / name
    return checkout if checkout.is_dir() else _HERE.parents[1] / f"{name}_data"


ROOT, DOCUMENTS = _folder("law"), _folder("docs")


class Malformed(ValueError):
    """A data file that cannot be used; the message names the file and what is wrong with it."""

    def __init__(self, path: Path | str, problem: str):
        self.path, self.problem = Path(path), problem
        super().__init__(f"{path}: {problem}")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, in C where there is one, that refuses a key written twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict:
    loader.flatten_mapping(node)
    made: dict = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in made:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is written twice", key_node.start_mark
            )
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(path: Path) -> dict:
    """Return the mapping a YAML file holds; raises Malformed when it holds none."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Malformed(path, str(error)) from error
    if not isinstance(found, dict):
        raise Malformed(path, "a mapping is expected at the top")
    return found

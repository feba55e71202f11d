"""The schema of a message (报文定义, XSD) and its JSON Schema, both made from its table.

``schema`` agrees with the published schema of May 2022 on every message but for one thing: what is inside
ds:Signature is not looked at, for that is the business of whoever verifies it. The reader uses two others: ``intake``
holds the business nodes to the same rules, while what surrounds them may be missing; ``around`` looks at that only.
"""

from __future__ import annotations

import threading
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec
from lxml import etree

from .contract import COMMON, NAMESPACE, SIGNATURE_NAMESPACE, TABLES, Block, Field, Shape, Table
from .documents import document


def _anything(name: str) -> str:
    """Return an element that may hold whatever it likes."""
    return (
        f'<xs:element name="{name}"><xs:complexType mixed="true"><xs:sequence>'
        '<xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
        '<xs:anyAttribute processContents="skip"/></xs:complexType></xs:element>'
    )


_SIGNATURE_PLACE = "tongguan:signature.xsd"
_SIGNATURE_XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{SIGNATURE_NAMESPACE}">
{_anything("Signature")}</xs:schema>"""


_ANY = '<xs:any namespace="##any" processContents="skip" minOccurs="0"/>'


def _sequence(elements: str, attributes: str = "") -> str:
    return f"<xs:complexType><xs:sequence>{elements}</xs:sequence>{attributes}</xs:complexType>"


def _simple(shape: Shape) -> str:
    if shape.kind == "integer":
        return f'<xs:restriction base="xs:int"><xs:totalDigits value="{shape.digits}"/></xs:restriction>'
    if shape.kind == "decimal":
        facets = f'<xs:totalDigits value="{shape.digits}"/><xs:fractionDigits value="{shape.places}"/>'
        return f'<xs:restriction base="xs:decimal">{facets}</xs:restriction>'
    if shape.least == shape.most:
        return f'<xs:restriction base="xs:string"><xs:length value="{shape.most}"/></xs:restriction>'
    facets = f'<xs:minLength value="{shape.least}"/><xs:maxLength value="{shape.most}"/>'
    return f'<xs:restriction base="xs:string">{facets}</xs:restriction>'


def _element(field: Field) -> str:
    shape = field.shape
    attributes = f'name="{field.name}"' + ("" if field.required else ' minOccurs="0"')
    if shape.fixed is not None:
        attributes += f" fixed={quoteattr(shape.fixed)}"
    if shape.kind == "text" and shape.most is None:
        return f'<xs:element {attributes} type="xs:string"/>'
    if shape.kind == "integer" and not shape.digits:
        return f'<xs:element {attributes} type="xs:int"/>'
    if shape.kind == "xml":
        return f"<xs:element {attributes}>{_sequence(_ANY)}</xs:element>"
    return f"<xs:element {attributes}><xs:simpleType>{_simple(shape)}</xs:simpleType></xs:element>"


def _block(block: Block) -> str:
    fields = "\n".join(map(_element, block.fields.values()))
    return f'<xs:element name="{block.element}">{_sequence(fields)}</xs:element>'


def _often(least: int, most: int | None) -> str:
    return f'minOccurs="{least}" maxOccurs="{"unbounded" if most is None else most}"'


def _node(table: Table) -> str:
    if not table.wrapped:
        return ""
    parts = f'<xs:element ref="ceb:{table.head.element}"/>'
    if table.items:
        parts += f'<xs:element ref="ceb:{table.items.element}" {_often(1, table.items.at_most)}/>'
    return f'<xs:element name="{table.node}">{_sequence(parts)}</xs:element>'


def _attribute(name: str, facets: str, strict: bool) -> str:
    if not strict:
        return f'<xs:attribute name="{name}" type="xs:string"/>'
    kept = f'<xs:simpleType><xs:restriction base="xs:string">{facets}</xs:restriction></xs:simpleType>'
    return f'<xs:attribute name="{name}" use="required">{kept}</xs:attribute>'


def _root(table: Table, *, strict: bool, signed: bool) -> str:
    parts = [f'<xs:element ref="ceb:{table.node}" {_often(1, table.at_most)}/>']
    if table.request:
        parts += [
            f'<xs:element ref="ceb:{name}" {_often(1 if strict and name == "BaseTransfer" else 0, block.at_most)}/>'
            for name, block in COMMON.items()
        ]
    if table.signature != "none":
        parts.append(f'<xs:element ref="ds:Signature" {_often(1 if signed else 0, 1)}/>')
    attributes = _attribute("guid", '<xs:length value="36"/>', strict)
    attributes += _attribute("version", '<xs:minLength value="1"/><xs:maxLength value="10"/>', strict)
    return f'<xs:element name="{table.kind}">{_sequence("".join(parts), attributes)}</xs:element>'


def xsd(table: Table, *, strict: bool = True, unsigned: bool = False, nodes: bool = True) -> str:
    """Return the text of the schema of a message; ``unsigned`` lets the signature be missing where it is required.

    Without ``nodes`` nothing is asked of the business nodes but that they stand where they should.
    """
    signed = strict and not unsigned and table.signature == "required"
    parts = [_node(table), *map(_block, table.parts.values())] if nodes else [_anything(table.node)]
    return "\n".join([
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ceb="{NAMESPACE}" targetNamespace="{NAMESPACE}"'
        f' xmlns:ds="{SIGNATURE_NAMESPACE}" elementFormDefault="qualified">',
        f'<xs:import namespace="{SIGNATURE_NAMESPACE}" schemaLocation="{_SIGNATURE_PLACE}"/>',
        _root(table, strict=strict, signed=signed),
        *parts,
        *map(_block, COMMON.values() if table.request else ()),
        "</xs:schema>",
    ])  # fmt: skip


class _Signature(etree.Resolver):
    """Gives the imported schema of signatures from memory, so that nothing is read from a disk or a network."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        return self.resolve_string(_SIGNATURE_XSD, context)


_TRIES = 100


def compiled(text: str) -> etree.XMLSchema:
    """Return the compiled schema of a text made by ``xsd``.

    lxml finds imported schemas by a loader that it sets for the whole process and takes away after each parse: while
    another thread ends a parse, the import is not found. The text is ours and sound, so it is tried again.
    """
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Signature())
    for left in reversed(range(_TRIES)):
        try:
            return etree.XMLSchema(etree.fromstring(text, parser))
        except etree.XMLSchemaParseError:
            if not left:
                raise
    raise AssertionError("unreachable")


_kept = threading.local()  # A compiled schema keeps its last errors in itself, so no two threads may share one.


def _compiled(table: Table, **how: bool) -> etree.XMLSchema:
    known: dict[Any, etree.XMLSchema] = _kept.__dict__
    key = (table, *how.items())
    if key not in known:
        known[key] = compiled(xsd(table, **how))
    return known[key]


def strict(table: Table, *, unsigned: bool = False) -> etree.XMLSchema:
    """Return the compiled schema of a table, as published."""
    return _compiled(table, unsigned=unsigned)


def intake(table: Table) -> etree.XMLSchema:
    """Return the compiled schema by which the reader judges a business node that stands alone."""
    return _compiled(table, strict=False)


def around(table: Table) -> etree.XMLSchema:
    """Return the compiled schema by which the reader judges what surrounds the business nodes."""
    return _compiled(table, strict=False, nodes=False)


def schema(kind: str) -> etree.XMLSchema:
    """Return the compiled schema of a message; raises KeyError for one that has no table."""
    return strict(TABLES[kind])


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document of a message; raises KeyError for one that has no table."""
    return msgspec.json.schema(document(TABLES[kind]))

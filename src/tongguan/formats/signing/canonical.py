"""Canonical XML (规范化): the bytes over which a signature is made, inclusive C14N 1.0 without comments.

lxml does the work; what it leaves out is done here: attributes of the xml namespace that a part inherits, and the
removal of the signature, after which the blanks that followed it stay, as the transform wants it.
"""

from __future__ import annotations

from lxml import etree

from tongguan.formats.ceb import parsing

_XML = "{http://www.w3.org/XML/1998/namespace}"


def parsed(data: bytes) -> etree._Element:
    """Return the root of a message with all that a signature covers; raises Unreadable."""
    return parsing.tree(parsing.source(parsing.sized(data)).utf8, "signed")


def document(root: etree._Element) -> bytes:
    """Return the whole document of a root; raises LxmlError for a namespace that is no absolute address."""
    return etree.tostring(root.getroottree(), method="c14n", with_comments=False)


def part(element: etree._Element) -> bytes:
    """Return an element where it stands, with what it inherits; raises LxmlError as above."""
    inherited: dict[str, str] = {}
    for above in element.iterancestors():
        for name, value in above.items():
            if name.startswith(_XML) and name not in element.attrib:
                inherited.setdefault(name, value)
    element.attrib.update(inherited)
    text = etree.tostring(element, method="c14n", with_comments=False, with_tail=False)
    for name in inherited:
        del element.attrib[name]
    return text


def without_blanks(element: etree._Element) -> bool:
    """Take the blank texts out of an element; return whether there were any."""
    found = False
    for inner in element.iter():
        if inner.text and not inner.text.strip():
            inner.text, found = None, True
        if inner is not element and inner.tail and not inner.tail.strip():
            inner.tail, found = None, True
    return found


def removed(element: etree._Element) -> str:
    """Take an element out of its document; return the text that followed it, which stays."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    assert parent is not None
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
    return tail


def drop_text_at_end(root: etree._Element, text: str) -> None:
    """Take a text off the end of what a root holds."""
    if len(root):
        root[-1].tail = (root[-1].tail or "").removesuffix(text) or None
    else:
        root.text = (root.text or "").removesuffix(text) or None

"""The catalogue of data elements (数据元目录), for everybody's programs."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from msgspec import Meta
from ninja import Path, Query, Router

from tongguan.elements import AUTHORITIES, DOCUMENTS, Element, catalogue, found

from .problems import Problem
from .shapes import Shape, Text
from .v1 import described, wrong

router = Router()
_KEY = Path(description="the key of an element / 数据元标识符", example="gross_weight")


class ElementPlace(Shape):
    """Where a document says an element."""

    document: str
    title: Text
    standard: Annotated[str, Meta(description="the specification, interface or port of the document")]
    path: str
    label: Annotated[Text | None, Meta(description="what the document calls it, null where it has no words of its own")]
    type: Annotated[str, Meta(description="C10, N19,5, I9, D8, DT or B; without a figure no length is given")]
    needed: Annotated[bool, Meta(description="true when it must be filled in to declare or to send")]


class DataElement(Shape):
    """A data element, and every place where a document says it."""

    key: str
    name: Text
    codes: Annotated[str, Meta(description="the code table that fills it, empty for none")]
    wco: Annotated[
        str, Meta(description="name in the WCO Data Model 3, from Declaration down, empty where none is sure")
    ]
    read_by: Annotated[list[str], Meta(description=", ".join(AUTHORITIES))]
    shared: Annotated[bool, Meta(description="true when documents of several kinds say it")]
    places: list[ElementPlace]


class DataElements(Shape):
    """The elements that were asked for."""

    elements: list[DataElement]


@router.get("/elements", **described("list_elements", "reference", DataElements, fails=(400,), public=True))
def list_elements(
    request: HttpRequest,
    q: str = Query("", description="words of a name, a path or a key / 名称、路径或标识符中的词", example="weight"),
    document: str = Query("", description="the key of a document / 单证", example="DecMessage"),
    shared: bool = Query(False, description="only those that documents of several kinds say / 仅多类单证共用的"),
) -> DataElements:
    if document and document not in DOCUMENTS:
        raise wrong("document", "kind", kinds=list(DOCUMENTS))
    return DataElements(elements=[_element(one) for one in found(q, document=document, shared=shared)])


@router.get("/elements/{key}", **described("one_element", "reference", DataElement, fails=(404,), public=True))
def one_element(request: HttpRequest, key: str = _KEY) -> DataElement:
    one = catalogue().get(key)
    if one is None:
        raise Problem("NOT_FOUND")
    return _element(one)


def _element(of: Element) -> DataElement:
    places = [
        ElementPlace(
            document=one.document, title=Text(**DOCUMENTS[one.document].title), standard=DOCUMENTS[one.document].standard,
            path=one.path, label=Text(zh=one.zh, en=one.en) if one.zh else None, type=one.type, needed=one.needed,
        )
        for one in of.places
    ]  # fmt: skip
    return DataElement(
        key=of.key, name=Text(zh=of.zh, en=of.en), codes=of.codes, wco=of.wco, read_by=list(of.read_by), shared=of.shared,
        places=places,
    )  # fmt: skip

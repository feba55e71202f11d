"""Threads that compile schemas while others parse, as the first requests of a fresh web process do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from lxml import etree

from tongguan.formats.ceb import schemas
from tongguan.formats.ceb.contract import TABLES


def test_schemas_compile_while_other_threads_parse():
    kinds, over = sorted(TABLES), Event()

    def parse(_: int) -> None:
        while not over.is_set():
            etree.fromstring(b"<a><b/></a>", etree.XMLParser(no_network=True, resolve_entities=False))

    def compile_all(_: int) -> int:
        return sum(schemas.compiled(schemas.xsd(TABLES[kind])) is not None for kind in kinds * 10)

    with ThreadPoolExecutor(6) as pool:
        parsing = [pool.submit(parse, n) for n in range(3)]
        try:
            assert list(pool.map(compile_all, range(3))) == [len(kinds) * 10] * 3
        finally:
            over.set()
        assert all(one.result() is None for one in parsing)

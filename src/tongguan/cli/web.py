"""``tongguan web``: the web processes alone, as many machines run them beside one database."""

from __future__ import annotations

from typing import Annotated

import typer

from tongguan.cli.screen import Failed

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="option.port")]
Host = Annotated[str, typer.Option("--host", help="option.host")]
Workers = Annotated[int, typer.Option("--workers", min=0, max=64, help="option.workers", show_default=False)]


def run(context: typer.Context, port: Port = 8000, host: Host = "127.0.0.1", workers: Workers = 0) -> int:
    from tongguan.server.configuration import read
    from tongguan.server.web import serve

    insist_address(host, port)
    with standing_database():
        serve(host=host, port=port, workers=workers or int(read("TONGGUAN_WEB_WORKERS")))
    return 0


def insist_address(host: str, port: int) -> None:
    """Raise Failed, with what to do, when the address cannot be listened on, or not with the certificate of the settings."""
    import socket

    from tongguan.server.tls import tls
    from tongguan.server.web import PortTaken, insist_free

    try:
        tls()
        insist_free(host, port)
    except ValueError as error:
        raise Failed("tls", 2, reason=str(error)) from None
    except PortTaken:
        raise Failed("port_taken", host=host, port=port, other=port + 1 if port < 65535 else 8000) from None
    except socket.gaierror:
        raise Failed("no_host", 2, host=host) from None
    except OSError as error:
        raise Failed("no_address", host=host, port=port, reason=error.strerror) from None


def standing_database():
    """Use the database without loading Django here: the given server, or the embedded one while this command runs."""
    from contextlib import nullcontext

    from tongguan.server.configuration import home, read
    from tongguan.server.postgres import Cluster

    return nullcontext() if read("DATABASE_URL") else Cluster(home()).running()

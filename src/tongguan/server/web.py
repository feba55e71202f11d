"""The web processes: Granian serves the WSGI application and the pages' files."""

from __future__ import annotations

import copy
import gc
import hashlib
import multiprocessing
import os
import shutil
import signal
import socket
from functools import partial
from pathlib import Path

from tongguan.server.child import die_with_parent
from tongguan.server.configuration import home, read
from tongguan.server.logs import LOGGING
from tongguan.server.tls import tls

CONNECTIONS = 40  # database connections that all web threads together may hold; the embedded server allows 60
SHARED_MEMORY = Path("/dev/shm")


class PortTaken(OSError):
    """Another program listens on the address."""


def insist_free(host: str, port: int) -> None:
    """Raise PortTaken when another program listens there, OSError when the address is not ours or needs more rights."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # Web processes share one port (SO_REUSEPORT); without this test a second portal would take half the requests.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            if error.errno == 98:
                raise PortTaken(error.errno, f"{host}:{port}") from error
            raise


def metrics_folder() -> Path:
    """Return an empty folder in which the web processes keep their counters together; raises OSError.

    The counters are files that are mapped into memory, and Linux kills (SIGBUS) who writes to such a page when the
    disk has no room for it. So they lie in shared memory where there is any, and a full disk ends no process.
    """
    name = f"tongguan-{os.geteuid()}-{hashlib.sha256(str(home()).encode()).hexdigest()[:12]}"
    folder = SHARED_MEMORY / name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError:  # there is none, or somebody else has taken the name
        folder = home() / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return folder


def load(threads: int):
    """Load the application in a web process, and put what will never be freed out of the collector's way.

    ``threads`` is how many it has: of them some take messages in, some wait, the others read and turn away.
    """
    # Until Granian sets its own, a forked process would have its parent's handlers, which stop nothing here.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        die_with_parent(parent.pid)
    from django.urls import get_resolver

    from tongguan.server.shedding import Shedding
    from tongguan.wsgi import application

    Shedding.fit(threads)
    _ = get_resolver().url_patterns  # a broken page is an error at the start, not at the first visit
    gc.collect()
    gc.freeze()  # 5 % more requests (COSTS), and memory stays shared between the processes
    gc.set_threshold(50_000, 20, 50)  # a message makes tens of thousands of objects that die with it; a third less CPU
    return application


def _logging() -> dict:
    config = copy.copy(LOGGING)
    config["loggers"] = {**LOGGING["loggers"], "_granian": {"handlers": ["stderr"], "propagate": False}}
    return config


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished."""
    from granian.constants import HTTPModes, Interfaces, SSLProtocols
    from granian.server import Server

    insist_free(host, port)
    metrics = metrics_folder()
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(metrics))
    from tongguan.server import shedding

    threads = shedding.threads(CONNECTIONS, workers)
    secured = tls()
    static = home() / "static"
    static.mkdir(parents=True, exist_ok=True)
    server = Server(
        "tongguan.wsgi:application",
        address=socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0],
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=max(1, int(read("TONGGUAN_STOP_SECONDS"))),
        static_path_route=["/static"],
        static_path_mount=[static],
        static_path_expires=300,
        log_dictconfig=_logging(),
        ssl_cert=secured.certificate if secured else None,
        ssl_key=secured.key if secured else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    try:
        server.serve(target_loader=partial(load, threads), wrap_loader=False)
    finally:
        shutil.rmtree(metrics, ignore_errors=True)

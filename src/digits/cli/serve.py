"""The command serve: the reader over HTTP, and a page to draw on. It imports no torch."""

import math
import os
import socket
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import rich_click as click
from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from digits.base.errors import BadSetting
from digits.base.files import reason
from digits.service.app import make_app
from digits.service.metrics import SHARED
from digits.service.settings import Settings
from digits.service.timeouts import MOST_HEAD, TimeoutConfig, TimeoutProtocol

BACKLOG = 2048  # connections that the system holds for us
FILES = 65_536  # connections, more or less, that we may hold ourselves: the system lets few, but lets us ask
MILLION, MIB = 10**6, 1 << 20
OWN = Settings()


@click.command()
@click.option("--host", default=OWN.host, show_default=True, help="Where to listen; 0.0.0.0 lets in other machines.")
@click.option("--port", default=OWN.port, show_default=True, help="Port; 0 takes any that is free.")
@click.option("--workers", default=OWN.workers, show_default=True, help="Processes.")
@click.option("--max-body", metavar="MIB", default=OWN.max_body / MIB, show_default=True, help="Size of a request.")
@click.option(
    "--max-pixels", metavar="MILLIONS", default=OWN.max_pixels / MILLION, show_default=True, help="Size of a picture."
)
@click.option(
    "--max-waiting", default=OWN.max_waiting, show_default=True, help="Pictures that may wait; for more: busy."
)
@click.option(
    "--timeout", metavar="SECONDS", default=OWN.timeout, show_default=True, help="For a request, and for its answer."
)
@click.option("--token", default="", envvar="DIGITS_TOKEN", help="What callers must bring.  [or set DIGITS_TOKEN]")
@click.option("--corrections", metavar="FILE", type=click.Path(path_type=Path), help="Keep corrections in FILE.")
@click.option("--model", metavar="FILE", type=click.Path(path_type=Path), help="Another saved network than our own.")
def serve(max_body: float, max_pixels: float, **options: Any) -> None:
    """Serve a page to draw on, and an API, until Ctrl-C.

    Only this machine can reach it unless --host says otherwise. Pictures are neither kept nor logged; corrections only
    with --corrections FILE. /docs shows the API.
    """
    settings = Settings(max_body=_whole(max_body * MIB), max_pixels=_whole(max_pixels * MILLION), **options)
    with ExitStack() as stack:
        app = make_app(settings)  # also for several workers, who make their own: what is wrong is told here, and once
        _let_connections_in()
        listening = stack.enter_context(_listen(settings))
        _tell(settings, listening)
        if settings.workers == 1:
            Server(_config(settings, app)).run(sockets=[listening])
        else:
            os.environ[SHARED] = stack.enter_context(tempfile.TemporaryDirectory())
            config = _config(settings, partial(make_app, settings), factory=True, workers=settings.workers)
            Multiprocess(config, sockets=[listening]).run()


def _whole(value: float) -> int:
    """Return `value` as a whole number; 0, which no setting may be, where it is none."""
    return int(value) if math.isfinite(value) else 0


def _config(settings: Settings, app: Any, **more: Any) -> Config:
    config = TimeoutConfig(
        app,
        http=TimeoutProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=math.ceil(2 * settings.timeout),
        **more,
    )
    config.most_bytes = 2 * settings.max_body + MOST_HEAD  # small chunks have as much framing as content
    return config


def _listen(settings: Settings) -> socket.socket:
    """Return a socket that listens where the settings say. Raises BadSetting."""
    where = settings.host, settings.port
    try:
        family = socket.getaddrinfo(*where, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server(where, family=family, backlog=BACKLOG)
    except OSError as error:
        told = f"Cannot listen on {settings.host}, port {settings.port}: {reason(error)}."
        raise BadSetting(f"{told} Name another --host or --port; port 0 takes any that is free.") from error


def _let_connections_in() -> None:
    """Ask for as many open files as we are let: each connection is one."""
    if os.name == "posix":
        import resource  # there is none elsewhere

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, wanted), most))


def _tell(settings: Settings, listening: socket.socket) -> None:
    """Say where the service is, who can reach it, and what it keeps."""
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    reach = "Only this machine can reach it." if settings.local else "Every machine that reaches this one can use it."
    asks = "It asks for its token." if settings.token else "It asks for no token."
    kept = f"Corrections go to {settings.corrections}." if settings.corrections else "Nothing is kept."
    click.echo(f"{reach} {asks} {kept} Ctrl-C stops it.", err=True)
    click.echo(f"http://{name}:{listening.getsockname()[1]}")

"""Metrics for Prometheus: requests, seconds, pictures, digits. Any of several workers tells the sum of all."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digits.base.reading import Failure, Reading

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the folder by which workers share their counts
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The counters of one worker."""

    def __init__(self) -> None:
        self.registry = all_of = CollectorRegistry()
        self.requests = Counter("digits_requests", "Requests answered.", ("path", "status"), registry=all_of)
        self.seconds = Histogram(
            "digits_request_seconds", "Time to an answer.", ("path",), buckets=SECONDS, registry=all_of
        )
        self.pictures = Counter("digits_pictures", "Pictures, by what came of them.", ("outcome",), registry=all_of)
        self.digits = Counter("digits_digits", "Digits read, by whether they were sure.", ("sure",), registry=all_of)
        self.working = Gauge("digits_working", "Requests being answered.", multiprocess_mode="livesum", registry=all_of)

    def count(self, answers: Sequence[Reading | Failure]) -> None:
        """Count what came of some pictures."""
        for each in answers:
            self.pictures.labels("refused" if isinstance(each, Failure) else "read").inc()
            for digit in () if isinstance(each, Failure) else each.digits:
                self.digits.labels("yes" if digit.sure else "no").inc()

    def response(self) -> Response:
        """Return all counts in the text form of Prometheus."""
        registry = self.registry
        if SHARED in os.environ:
            _forget_dead(Path(os.environ[SHARED]))
            multiprocess.MultiProcessCollector(registry := CollectorRegistry())  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def close(self) -> None:
        """Take this worker's gauges out of the sum."""
        if SHARED in os.environ:
            multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


def _forget_dead(folder: Path) -> None:
    """Take the gauges of workers that were killed, and could not do so themselves, out of the sum."""
    for path in folder.glob("gauge_live*_*.db"):
        number = int(path.stem.rpartition("_")[2])
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(number)  # type: ignore[no-untyped-call]


class MetricsMiddleware:
    """Counts each request by its route and status, and how long it took."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            path = getattr(scope.get("route"), "path", "other")  # not the path itself: anybody can make up millions
            self.metrics.requests.labels(path, status).inc()
            self.metrics.seconds.labels(path).observe(time.perf_counter() - began)

"""The ASGI application: routes, middleware, the web page and the API's document, put together from settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import fastapi_offline
from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from digits.base.provenance import VERSION
from digits.reading import Reader
from digits.service.batching import BatchingQueue
from digits.service.corrections import Corrections
from digits.service.limits import AdmissionLimit
from digits.service.metrics import Metrics, MetricsMiddleware
from digits.service.problems import tell_problems
from digits.service.routes import correction_routes, health_routes, metrics_routes, reading_routes
from digits.service.security import DOCS, SecurityMiddleware, bearer
from digits.service.settings import Settings
from digits.service.uploads import BodyLimitMiddleware

WEB = resources.files("digits") / "web"  # the page, as it is sent
VIEWER = Path(fastapi_offline.__file__).parent / "static"  # Swagger UI, from a package, so that no net is needed
ABOUT = "Reads handwritten digits in pictures. Pictures are neither kept nor logged."


def make_app(settings: Settings) -> FastAPI:
    """Return the service. Raises BadArtifact, BadOutput."""
    reader = Reader.load(settings.model)
    corrections = Corrections(settings.corrections) if settings.corrections else None
    queue, limit = BatchingQueue(reader, settings.bounds, settings.timeout), AdmissionLimit(settings.max_waiting)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        queue.close()
        metrics.close()

    app = FastAPI(
        title="digits",
        version=VERSION,
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,
        strict_content_type=True,
        redoc_url=None,
    )
    told = [Depends(bearer)] if settings.token else []  # for the document: the middleware has asked already
    app.include_router(reading_routes(queue, limit, metrics), dependencies=told)
    app.include_router(correction_routes(corrections, reader), dependencies=told)
    app.include_router(metrics_routes(metrics), dependencies=told)
    app.include_router(health_routes(limit))
    _add_pages(app)
    tell_problems(app)
    app.add_middleware(BodyLimitMiddleware, max_body=settings.max_body, timeout=settings.timeout)
    app.add_middleware(SecurityMiddleware, settings=settings)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    return app


def _add_pages(app: FastAPI) -> None:
    """Add the page itself, and the page that shows the API."""
    folder = Path(str(WEB))

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(folder / "index.html")

    @app.get(DOCS, include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(folder / "docs.html")

    app.mount("/web", StaticFiles(directory=folder))
    app.mount("/viewer", StaticFiles(directory=VIEWER))

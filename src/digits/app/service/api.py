"""The service as one ASGI application: made of settings, with a reader, a desk, counts, and corrections of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import fastapi_offline
import numpy as np
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from digits.app.answers import as_dict
from digits.app.service.bodies import Bounded, uploads_of
from digits.app.service.corrections import Corrections
from digits.app.service.counts import Counted, Counts
from digits.app.service.desk import Desk
from digits.app.service.guard import DOCS, Guard, bearer
from digits.app.service.places import Places
from digits.app.service.problems import Busy, tell_problems
from digits.app.service.schema import (
    BODY,
    CorrectionIn,
    CorrectionsOut,
    Id,
    Options,
    ReadingsOut,
    problems,
)
from digits.app.service.settings import Settings
from digits.base.errors import BadPicture, check_name
from digits.base.provenance import VERSION
from digits.base.reading import Reading
from digits.read import Failure, Reader

PAGE = resources.files("digits.app") / "page"
VIEWER = Path(fastapi_offline.__file__).parent / "static"  # Swagger UI, from a package, so that no net is needed
MANY = 50  # marks: to put more into words takes so long that others would wait
ABOUT = "Reads handwritten digits in pictures. Pictures are neither kept nor logged."


def make(settings: Settings) -> FastAPI:
    """Return the service. Raises BadArtifact, BadOutput."""
    reader = Reader.load(settings.model)
    corrections = Corrections(settings.corrections) if settings.corrections else None
    desk, places = Desk(reader, settings.bounds, settings.timeout), Places(settings.max_waiting)
    counts = Counts()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()
        counts.close()

    app = FastAPI(
        title="digits",
        version=VERSION,
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,
        strict_content_type=True,
        redoc_url=None,
    )
    told = [Depends(bearer)] if settings.token else []  # for the document: the Guard has asked already
    app.include_router(_reading(desk, places, counts), dependencies=told)
    app.include_router(_correcting(corrections, reader), dependencies=told)
    app.include_router(_counting(counts), dependencies=told)
    app.include_router(_watching(places))
    _add_pages(app)
    tell_problems(app)
    app.add_middleware(Bounded, max_body=settings.max_body, timeout=settings.timeout)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Counted, counts=counts)
    return app


def _reading(desk: Desk, places: Places, counts: Counts) -> APIRouter:
    """Return the routes that read pictures."""
    routes = APIRouter(prefix="/v1", tags=["reading"])

    @routes.post(
        "/read",
        summary="Read pictures",
        response_model=ReadingsOut,
        openapi_extra=BODY,
        responses=problems(
            _400="There is no picture, or the form cannot be read.",
            _408="The request took too long to arrive.",
            _413="The request is too large.",
            _422="Wrong options, or the one picture cannot be read.",
            _503="All places are taken. Retry-After says when to try again.",
        ),
    )
    async def read(request: Request, options: Annotated[Options, Query()]) -> Response:
        """Read one picture, sent as the body, or several, sent as the files of a form."""
        how = options.model_dump(exclude={"glyphs"})
        async with places.taking():  # before the body comes: it takes memory
            uploads = await uploads_of(request)
            if len(uploads) > places.count:
                raise HTTPException(413, f"The form has {len(uploads)} files; there are {places.count} places.")
            async with places.taking(len(uploads) - 1, desk.timeout):
                with counts.working.track_inprogress():
                    answers = await desk.read(uploads, desk.reader.limits(**how))
        counts.count(answers)
        if len(answers) == 1 and isinstance(answers[0], Failure):
            raise BadPicture(answers[0].reason)
        marks = sum(len(each.glyphs) for each in answers if isinstance(each, Reading))
        if marks < MANY:
            return _readings(answers, options.glyphs)
        return await asyncio.to_thread(_readings, answers, options.glyphs)

    @routes.get("/model", summary="What the network says about itself")
    async def model() -> dict[str, Any]:
        """Return the card: what the network says about itself."""
        return asdict(desk.reader.card)

    return routes


def _readings(answers: Sequence[Reading | Failure], glyphs: bool) -> JSONResponse:
    return JSONResponse({"readings": [as_dict(each, glyphs=glyphs) for each in answers]})


def _correcting(corrections: Corrections | None, reader: Reader) -> APIRouter:
    """Return the routes of corrections, which are kept only where a file was named for them."""
    routes = APIRouter(prefix="/v1/corrections", tags=["corrections"])
    off = problems(_404="Corrections are not kept.")

    def kept() -> Corrections:
        if corrections is None:
            raise HTTPException(404, "Corrections are not kept: start the service with --corrections FILE.")
        return corrections

    @routes.get("", summary="List corrections", response_model=CorrectionsOut)
    def newest() -> Response:
        """List the last corrections, newest first."""
        found = corrections.newest() if corrections else []
        return JSONResponse({"kept": corrections is not None, "corrections": found})

    @routes.post(
        "",
        summary="Correct an answer",
        status_code=201,
        response_model=Id,
        responses=off | problems(_400="The body cannot be read.", _422="Not a correction."),
    )
    def correct(correction: CorrectionIn) -> dict[str, int]:
        """Keep a glyph with its right label."""
        check_name("label", correction.label, reader.classifier.classes)
        check_name("label", correction.said, ("", *reader.classifier.classes))
        glyph = np.array(correction.glyph, np.uint8)
        return {"id": kept().add(glyph, correction.label, correction.said, correction.confidence)}

    @routes.get(
        "/archive",
        summary="Download all corrections",
        response_class=Response,
        responses=off | {200: {"content": {"application/zip": {}}}},
    )
    def archive(store: Annotated[Corrections, Depends(kept)]) -> Response:
        """Return all corrections as a zip file, as `digits train --extra` takes it: labels.csv and PNG files."""
        headers = {"Content-Disposition": 'attachment; filename="corrections.zip"'}
        return Response(store.archive(), media_type="application/zip", headers=headers)

    @routes.delete(
        "/{id}",
        summary="Forget a correction",
        status_code=204,
        responses=problems(_404="There is no such correction.", _422="Not a number."),
    )
    def forget(
        number: Annotated[int, InPath(alias="id", ge=1, lt=1 << 63)], store: Annotated[Corrections, Depends(kept)]
    ) -> None:
        """Forget a correction."""
        if not store.remove(number):
            raise HTTPException(404, f"There is no correction {number}.")

    return routes


def _counting(counts: Counts) -> APIRouter:
    """Return the route for Prometheus."""
    routes = APIRouter(tags=["watching"])

    @routes.get(
        "/metrics",
        summary="Counts for Prometheus",
        response_class=Response,
        responses={200: {"content": {CONTENT_TYPE_LATEST: {}}}},
    )
    def metrics() -> Response:
        """Return the counts, in the text form of Prometheus."""
        return counts.response()

    return routes


def _watching(places: Places) -> APIRouter:
    """Return the routes for those who keep the service running."""
    routes = APIRouter(tags=["watching"])

    @routes.get("/healthz", summary="Does it live?")
    async def healthz() -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "alive"}

    @routes.get("/readyz", summary="Can it take a picture?", responses=problems(_503="All places are taken."))
    async def readyz() -> dict[str, str]:
        """Say whether the service can take a picture now."""
        if places.full:
            raise Busy("All places are taken.")
        return {"status": "ready"}

    return routes


def _add_pages(app: FastAPI) -> None:
    """Add the page itself, and the page that shows the API."""
    folder = Path(str(PAGE))

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(folder / "index.html")

    @app.get(DOCS, include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(folder / "docs.html")

    app.mount("/page", StaticFiles(directory=folder))
    app.mount("/viewer", StaticFiles(directory=VIEWER))

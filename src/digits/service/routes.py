"""Routes of the API: reading, corrections, metrics, health."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from digits.base.errors import BadPicture, check_name
from digits.base.reading import Failure, Reading
from digits.reading import Reader
from digits.service.batching import BatchingQueue
from digits.service.corrections import Corrections
from digits.service.limits import AdmissionLimit
from digits.service.metrics import Metrics
from digits.service.problems import Busy
from digits.service.schema import (
    BODY,
    CorrectionIn,
    CorrectionsOut,
    Id,
    Options,
    ReadingsOut,
    problems,
)
from digits.service.uploads import uploads_of

MANY = 50  # marks: to put more into words takes so long that others would wait


def reading_routes(queue: BatchingQueue, limit: AdmissionLimit, metrics: Metrics) -> APIRouter:
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
        async with limit.taking():  # before the body comes: it takes memory
            uploads = await uploads_of(request)
            if len(uploads) > limit.count:
                raise HTTPException(413, f"The form has {len(uploads)} files; there are {limit.count} places.")
            async with limit.taking(len(uploads) - 1, queue.timeout):
                with metrics.working.track_inprogress():
                    answers = await queue.read(uploads, queue.reader.limits(**how))
        metrics.count(answers)
        if len(answers) == 1 and isinstance(answers[0], Failure):
            raise BadPicture(answers[0].reason)
        marks = sum(len(each.glyphs) for each in answers if isinstance(each, Reading))
        if marks < MANY:
            return _readings(answers, options.glyphs)
        return await asyncio.to_thread(_readings, answers, options.glyphs)

    @routes.get("/model", summary="What the network says about itself")
    async def model() -> dict[str, Any]:
        """Return the card: what the network says about itself."""
        return asdict(queue.reader.card)

    return routes


def _readings(answers: Sequence[Reading | Failure], glyphs: bool) -> JSONResponse:
    return JSONResponse({"readings": [each.to_dict(glyphs=glyphs) for each in answers]})


def correction_routes(corrections: Corrections | None, reader: Reader) -> APIRouter:
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


def metrics_routes(metrics: Metrics) -> APIRouter:
    """Return the route for Prometheus."""
    routes = APIRouter(tags=["watching"])

    @routes.get(
        "/metrics",
        summary="Counts for Prometheus",
        response_class=Response,
        responses={200: {"content": {CONTENT_TYPE_LATEST: {}}}},
    )
    def show() -> Response:
        """Return the counts, in the text form of Prometheus."""
        return metrics.response()

    return routes


def health_routes(limit: AdmissionLimit) -> APIRouter:
    """Return the routes for those who keep the service running."""
    routes = APIRouter(tags=["watching"])

    @routes.get("/healthz", summary="Does it live?")
    async def healthz() -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "alive"}

    @routes.get("/readyz", summary="Can it take a picture?", responses=problems(_503="All places are taken."))
    async def readyz() -> dict[str, str]:
        """Say whether the service can take a picture now."""
        if limit.full:
            raise Busy("All places are taken.")
        return {"status": "ready"}

    return routes

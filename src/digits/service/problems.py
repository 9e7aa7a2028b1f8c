"""Error responses: problem+json (RFC 9457), in the words of DigitsError."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from digits.base.errors import BadOutput, DigitsError, shown

MEDIA = "application/problem+json"
RETRY_AFTER = 1  # seconds: a full queue is empty again by then
UNFIT = 422  # a request that was understood, and asks for what cannot be
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}  # as RFC 9110 has them; older Pythons differ


class Busy(Exception):
    """There is no place left for these pictures, or their turn did not come in time."""


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the answer that says what went wrong."""
    content = {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
    }
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA)


def tell_problems(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    handlers: dict[Any, Any] = {
        HTTPException: _of_http,
        RequestValidationError: _of_request,
        DigitsError: _of_digits,
        Busy: _of_busy,
        ClientDisconnect: _of_gone,
        Exception: _of_ours,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _of_http(_: Request, error: HTTPException) -> JSONResponse:
    return problem(error.status_code, _sentence(error.detail), error.headers)


async def _of_request(_: Request, error: RequestValidationError) -> JSONResponse:
    return problem(UNFIT, "; ".join(_wrong(each) for each in error.errors()[:5]) + ".")


async def _of_digits(_: Request, error: DigitsError) -> JSONResponse:
    return problem(500 if isinstance(error, BadOutput) else UNFIT, str(error))


async def _of_busy(_: Request, error: Busy) -> JSONResponse:
    return problem(503, str(error), {"Retry-After": str(RETRY_AFTER)})


async def _of_gone(_: Request, __: ClientDisconnect) -> JSONResponse:
    return problem(400, "The request ended before it was complete.")  # nobody is there to read it


async def _of_ours(_: Request, __: Exception) -> JSONResponse:
    return problem(500, "Something went wrong in the service. Its log tells more.")  # uvicorn logs it


def _wrong(error: Mapping[str, Any]) -> str:
    """Return where the request is wrong, what is there, and what should be."""
    place = ".".join(str(each) for each in error["loc"][1:]) or str(error["loc"][0])
    given = error.get("input")
    value = (
        "" if isinstance(given, Mapping | Sequence) and not isinstance(given, str) else f" is {shown(str(given), 40)}"
    )
    return f"{shown(place, 60)}{value}: {error['msg'][0].lower()}{error['msg'][1:]}"


def _sentence(detail: str) -> str:
    return detail if detail.endswith(".") else f"{detail}."

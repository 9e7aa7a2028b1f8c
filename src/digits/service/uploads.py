"""Uploads: middleware that bounds a body in size and time, and the pictures taken out of bodies and forms."""

import asyncio
from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digits.service.batching import Upload

MAX_FILES = 64  # in one request
SMALL = 1 << 16  # bytes of a request that brings no picture
PICTURES = "/v1/read"  # where pictures are sent
LARGE = 1 << 18  # bytes of a form that takes long enough to be taken apart elsewhere, while others are answered
MIB = 1 << 20


class BodyLimitMiddleware:
    """Lets a request have so many bytes and take so many seconds to arrive. Raises HTTPException 413 and 408.

    Only pictures need many bytes. A connection whose request was answered before it was whole is closed: else whoever
    goes on sending would keep it for ever.
    """

    def __init__(self, app: ASGIApp, max_body: int, timeout: float) -> None:
        self.app, self.max_body, self.timeout = app, max_body, timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; whoever reads its body meets the bounds."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self.timeout
        most = self.max_body if scope["path"] == PICTURES else SMALL
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "0")
        size, whole = 0, announced == "0" and "transfer-encoding" not in headers

        async def bounded() -> Message:
            nonlocal size, whole
            if whole:  # what comes now is the end of the connection, and may take its time
                return await receive()
            if announced.isascii() and announced.isdecimal() and int(announced) > most:
                raise _too_large(most)
            message = await self._in_time(receive, deadline)
            size += len(message.get("body", b""))
            if size > most:
                raise _too_large(most)
            whole = not message.get("more_body", False)
            return message

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and not whole:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, bounded, closing)

    async def _in_time(self, receive: Receive, deadline: float) -> Message:
        try:
            async with asyncio.timeout_at(deadline):
                return await receive()
        except TimeoutError as error:
            told = f"The request took more than {self.timeout:g} seconds to arrive."
            raise HTTPException(408, told) from error


def _too_large(most: int) -> HTTPException:
    size = f"{most / MIB:,.3g} MiB" if most >= MIB else f"{most >> 10} KiB"
    return HTTPException(413, f"The request has more than {size}.")


class _InMemory(MultiPartParser):
    _charset = property(lambda _: "utf-8", lambda *_: None)  # not whichever of Python's the sender names
    spool_max_size = 1 << 40  # bytes that may lie in memory before a file is written: no picture ever reaches a disk


async def uploads_of(request: Request) -> list[Upload]:
    """Return the pictures that a request brings: its body, or the files of a form. Raises HTTPException 400."""
    content = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        if len(content) < LARGE:
            return await _files(request.headers, content)
        return await asyncio.to_thread(lambda: asyncio.run(_files(request.headers, content)))
    if not content:
        raise HTTPException(400, "There is no picture: send one as the body, or files in a form.")
    return [Upload("", content)]


async def _files(headers: Headers, content: bytes) -> list[Upload]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield content

    try:
        form = await _InMemory(headers, stream(), max_files=MAX_FILES, max_fields=MAX_FILES).parse()
    except MultiPartException as error:
        raise HTTPException(400, f"The form cannot be read: {error.message}") from error
    found = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
    if not found:
        raise HTTPException(400, "The form has no file: send pictures as parts with a file name.")
    uploads = [Upload(each.filename or "", await each.read()) for each in found]
    await form.close()
    return uploads

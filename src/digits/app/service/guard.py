"""Who may ask, and what a browser may do with the answers."""

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digits.app.service.problems import problem
from digits.app.service.settings import LOOPBACK, Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
DOCS = "/docs"  # whose library writes styles into its page
_bearer = HTTPBearer(auto_error=False, description="The token that `digits serve --token` was given.")


class Guard:
    """Puts the headers of HEADERS and the policy on every answer, and refuses calls under foreign names.

    A service that only this machine can reach, and that asks for no token, answers only under this machine's own names:
    else a foreign page could reach it by a name of its own that leads here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.own_names_only = app, settings.local and not settings.token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                styles = " 'unsafe-inline'" if scope["path"] == DOCS else ""
                for name, value in {**HEADERS, "Content-Security-Policy": POLICY.format(styles=styles)}.items():
                    headers.setdefault(name, value)
            await send(message)

        name = _name(Headers(scope=scope).get("host", ""))
        if self.own_names_only and name not in LOOPBACK:
            told = f"This service answers to {', '.join(LOOPBACK)} only, unless it was started with --token."
            await problem(403, told)(scope, receive, dressed)
        else:
            await self.app(scope, receive, dressed)


def bearer(token: str) -> Callable[..., None]:
    """Return the dependency that lets in who brings `token`."""

    def check(brought: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
        given = brought.credentials if brought else ""
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(
                401, "This service asks for its token: Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"}
            )

    return check


def _name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] or host

"""Middleware: token, host check, security headers."""

import hmac
import re

from fastapi.security import HTTPBearer
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digits.service.problems import problem
from digits.service.settings import Settings, is_own

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
GUARDED = ("/v1/", "/metrics")  # what asks for the token
FOREIGN = ("cross-site", "same-site")  # what browsers say of a call that another page makes
HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]+))(?::[0-9]*)?")
bearer = HTTPBearer(auto_error=False, description="The token that `digits serve --token` was given.")


class SecurityMiddleware:
    """Refuses who may not ask, before anything of the request is read; puts HEADERS and the policy on every answer.

    A service that only this machine can reach, and that asks for no token, answers only under this machine's own names:
    else a foreign page could reach it by a name of its own that leads here (DNS rebinding). Calls that another site's
    page makes are refused in any case.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.token = app, settings.token
        self.own_names_only = settings.local and not settings.token

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

        refusal = self._refusal(scope["path"], Headers(scope=scope))
        await (refusal or self.app)(scope, receive, dressed)

    def _refusal(self, path: str, headers: Headers) -> JSONResponse | None:
        if self.own_names_only and not is_own(_name(headers.get("host", ""))):
            return problem(403, "This service answers to localhost, 127.0.0.1 and ::1, unless it has a --token.")
        if not path.startswith(GUARDED):
            return None
        if headers.get("sec-fetch-site") in FOREIGN:
            return problem(403, "This service answers its own page and programs, no page of another site.")
        if self.token and not self._knows(headers.get("authorization", "")):
            told = "This service asks for its token: Authorization: Bearer TOKEN."
            return problem(401, told, {"WWW-Authenticate": "Bearer"})
        return None

    def _knows(self, brought: str) -> bool:
        kind, _, token = brought.partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(token.encode(), self.token.encode())


def _name(host: str) -> str:
    """Return the name in a Host header, without its port; empty if it is none."""
    found = HOST.fullmatch(host)
    return (found[1] or found[2]) if found else ""

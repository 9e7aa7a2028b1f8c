"""Who may ask the service, and what browsers are told about its answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from digits.service.app import make_app
from digits.service.settings import Settings
from tests.service.test_service import HERE, PROBLEM, picture

TOKEN = "s3cret"
CALLS = [("POST", "/v1/read"), ("GET", "/v1/model"), ("GET", "/v1/corrections"), ("POST", "/v1/corrections")]
CALLS += [("GET", "/v1/corrections/archive"), ("DELETE", "/v1/corrections/1"), ("GET", "/metrics")]


@pytest.fixture(scope="module")
def locked(network: Path) -> TestClient:
    return TestClient(make_app(Settings(model=network, token=TOKEN)), HERE)


@pytest.fixture(scope="module")
def service(network: Path) -> TestClient:
    return TestClient(make_app(Settings(model=network)), HERE)


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("brought", [{}, {"Authorization": "Bearer s3cre"}, {"Authorization": "Basic s3cret"}])
def test_without_the_token_no_call_is_answered(locked: TestClient, method: str, path: str, brought: dict) -> None:
    answer = locked.request(method, path, headers=brought, json={} if path == "/v1/corrections" else None)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/v1/corrections", "/v1/read"])
def test_without_the_token_nothing_of_the_body_is_taken_in(locked: TestClient, path: str) -> None:
    def body() -> Iterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    assert locked.post(path, content=body(), headers={"Content-Type": "application/json"}).status_code == 401


def test_with_the_token_it_reads(locked: TestClient) -> None:
    answer = locked.post("/v1/read", content=picture("5"), headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.json()["readings"][0]["text"] == "5"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/docs", "/openapi.json"])
def test_what_tells_nothing_needs_no_token(locked: TestClient, path: str) -> None:
    assert locked.get(path).status_code == 200


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:8000", "127.0.0.2", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]"]
)
def test_it_answers_under_this_machines_own_names(service: TestClient, host: str) -> None:
    assert service.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_no_other_sites_page_may_call(service: TestClient, method: str, path: str, site: str) -> None:
    assert service.request(method, path, headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_its_own_page_may_call(service: TestClient, site: str) -> None:
    assert service.get("/v1/model", headers={"Sec-Fetch-Site": site}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil",
        "",
        "[localhost].evil",
        "localhost:8000.evil",
        "[::1]x",
        "a b",
    ],
)
def test_under_another_name_it_refuses(service: TestClient, host: str) -> None:
    assert service.get("/healthz", headers={"Host": host}).status_code == 403


def test_with_a_token_or_another_host_any_name_will_do(network: Path, locked: TestClient) -> None:
    public = TestClient(make_app(Settings(model=network, host="0.0.0.0")), HERE)
    for each in (locked, public):
        assert each.get("/healthz", headers={"Host": "digits.example"}).status_code == 200


def test_no_other_site_may_read_the_answers(service: TestClient) -> None:
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answers = service.options("/v1/read", headers=asked), service.get("/v1/model", headers=asked)
    assert [name for each in answers for name in each.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("path", ["/", "/v1/model", "/web/index.html", "/nothing", "/openapi.json"])
def test_every_answer_has_the_strict_policy(service: TestClient, path: str) -> None:
    headers = service.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_names_no_other_place(service: TestClient, path: str) -> None:
    assert "://" not in service.get(path).text.replace("http://www.w3.org/2000/svg", "")

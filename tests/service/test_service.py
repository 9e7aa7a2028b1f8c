"""The service, in this process: what it answers, and that it answers as Python and the command do."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from digits.base.errors import BadArtifact, BadSetting
from digits.reading import Reader
from digits.service.app import make_app
from digits.service.settings import Settings
from digits.service.uploads import MAX_FILES
from tests.broken import FILES, broken
from tests.commands import paint, read
from tests.pages import on_paper, page, write

PROBLEM = "application/problem+json"
HERE = "http://localhost"
ROUNDS = 20  # of each kind of broken file


def picture(*rows: str, kind: str = "PNG") -> bytes:
    """Return the file of a picture with these rows of digits."""
    ink = page(40 + 80 * len(rows), 40 + 60 * max(map(len, rows), default=4))
    for number, row in enumerate(rows):
        write(ink, row, bottom=90 + 80 * number)
    file = io.BytesIO()
    Image.fromarray(on_paper(ink)).save(file, kind)
    return file.getvalue()


@pytest.fixture(scope="module")
def service(network: Path) -> Iterator[TestClient]:
    with TestClient(make_app(Settings(model=network, max_pixels=1_000_000)), HERE) as client:
        yield client


def test_a_picture_as_the_body_is_read(service: TestClient) -> None:
    answer = service.post("/v1/read", content=picture("37"), headers={"Content-Type": "image/png"})
    assert [each["text"] for each in answer.json()["readings"]] == ["37"]


@pytest.mark.parametrize("options", [{}, {"single": True}, {"min_confidence": 0.9}, {"force": True}, {"glyphs": True}])
def test_the_numbers_are_those_of_python(service: TestClient, network: Path, options: dict[str, object]) -> None:
    how = {key: value for key, value in options.items() if key != "glyphs"}
    content = picture("407", "52")
    answer = service.post("/v1/read", content=content, params=options)
    alike = Reader.load(network).read(content, **how)  # type: ignore[arg-type]
    assert answer.json()["readings"] == [alike.to_dict(glyphs="glyphs" in options)]


@pytest.mark.usefixtures("reading_here")
def test_the_numbers_are_those_of_the_command(service: TestClient) -> None:
    name = paint("row.png", "8146")
    answer = service.post("/v1/read", files={"files": (name, Path(name).read_bytes())})
    assert answer.json()["readings"] == [json.loads(read(name, "--json").stdout)]


def test_several_files_are_answered_in_their_order(service: TestClient) -> None:
    names = [str(number) for number in range(10, 30)]
    answer = service.post("/v1/read", files=[("files", (name, picture(name))) for name in names])
    assert [(each["name"], each["text"]) for each in answer.json()["readings"]] == [(name, name) for name in names]


def test_one_broken_file_does_not_spoil_the_rest(service: TestClient) -> None:
    files = [("files", ("good.png", picture("5"))), ("files", ("bad.png", b"nothing"))]
    good, bad = service.post("/v1/read", files=files).json()["readings"]
    assert good["text"] == "5"
    told = "Cannot read bad.png: it is not a picture; PNG, JPEG, WebP, TIFF, BMP, GIF and PPM are read."
    assert bad == {"name": "bad.png", "error": told}


def test_several_broken_files_are_each_told(service: TestClient) -> None:
    answer = service.post("/v1/read", files=[("files", (name, b"nothing")) for name in ("a.png", "b.png")])
    assert [each["error"].partition(":")[0] for each in answer.json()["readings"]] == [
        "Cannot read a.png",
        "Cannot read b.png",
    ]


def test_a_picture_that_cannot_be_read_is_told_in_the_readers_words(service: TestClient) -> None:
    answer = service.post("/v1/read", content=b"GIF8")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["detail"].startswith("Cannot read the picture: ")


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"content": b""}, 400, "There is no picture: send one as the body, or files in a form."),
        ({"content": b"x", "params": {"single": "7"}}, 422, "single is 7: input should be a valid boolean"),
        ({"content": b"x", "params": {"min_confidence": "1.5"}}, 422, "min_confidence is 1.5: input should be less"),
        ({"content": b"x", "params": {"min_confidence": "nan"}}, 422, "min_confidence is nan: "),
        ({"content": b"x", "params": {"sinlge": "1"}}, 422, "sinlge is 1: extra inputs are not permitted"),
        ({"data": {"files": "text"}, "files": {}}, 422, "Cannot read the picture"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "The form cannot be read: "),
        ({"content": b"x" * (33 << 20)}, 413, "The request has more than 32 MiB."),
    ],
)
def test_wrong_use_is_told_in_one_line(service: TestClient, asked: dict, status: int, told: str) -> None:
    answer = service.post("/v1/read", **asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert answer.json()["detail"].startswith(told)
    assert answer.json()["detail"].isprintable()


def test_a_form_without_files_is_told(service: TestClient) -> None:
    kind = "multipart/form-data; boundary=b"
    body = b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\ntext\r\n--b--\r\n'
    answer = service.post("/v1/read", content=body, headers={"Content-Type": kind})
    assert answer.json()["detail"] == "The form has no file: send pictures as parts with a file name."


def test_a_form_with_too_many_files_is_refused(service: TestClient) -> None:
    answer = service.post("/v1/read", files=[("files", ("x", b"x"))] * (MAX_FILES + 1))
    assert answer.status_code == 400


def test_a_picture_with_too_many_pixels_is_not_decoded(service: TestClient) -> None:
    file = io.BytesIO()
    Image.fromarray(np.zeros((1001, 1000), np.uint8)).save(file, "PNG")
    answer = service.post("/v1/read", content=file.getvalue())
    assert "it is too large: 1000 x 1001 pixels; at most 1 million" in answer.json()["detail"]


def test_what_is_not_there_is_a_problem_too(service: TestClient) -> None:
    answers = service.get("/v2/read"), service.get("/v1/read"), service.get("/web/../serve.py")
    assert [(each.status_code, each.headers["Content-Type"]) for each in answers] == [
        (404, PROBLEM),
        (405, PROBLEM),
        (404, PROBLEM),
    ]


def test_the_model_is_its_card(service: TestClient, network: Path) -> None:
    assert service.get("/v1/model").json() == json.loads(Reader.load(network).card.to_json())


def test_health_and_readiness(service: TestClient) -> None:
    assert service.get("/healthz").json() == {"status": "alive"}
    assert service.get("/readyz").json() == {"status": "ready"}


def test_counts_tell_what_was_done(network: Path) -> None:
    with TestClient(make_app(Settings(model=network)), HERE) as client:
        client.post("/v1/read", content=picture("12"))
        client.post("/v1/read", content=b"")
        client.get("/nonsense")
        text = client.get("/metrics").text
    wanted = [
        'digits_requests_total{path="/v1/read",status="200"} 1.0',
        'digits_requests_total{path="/v1/read",status="400"} 1.0',
        'digits_requests_total{path="other",status="404"} 1.0',
        'digits_pictures_total{outcome="read"} 1.0',
        'digits_digits_total{sure="yes"} 2.0',
        "digits_working 0.0",
        'digits_request_seconds_count{path="/v1/read"} 2.0',
    ]
    assert [line for line in wanted if line not in text.splitlines()] == []


@pytest.mark.parametrize("name", FILES)
def test_broken_pictures_are_answered_200_or_422(service: TestClient, name: str) -> None:
    rng = np.random.default_rng(sorted(FILES).index(name))
    codes = {service.post("/v1/read", content=broken(name, rng)).status_code for _ in range(ROUNDS)}
    assert codes <= {200, 422}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    boundary=st.text("ab-'\"; =", max_size=8),
    charset=st.sampled_from(["utf-8", "x", "utf-7"]),
)
def test_any_form_is_answered(service: TestClient, body: bytes, boundary: str, charset: str) -> None:
    kind = f"multipart/form-data; boundary={boundary}; charset={charset}"
    answer = service.post("/v1/read", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "rot13", "idna"])
def test_a_form_cannot_choose_how_its_names_are_read(service: TestClient, charset: str) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="\\ud800+2AA-\xff"\r\n\r\n'
    body = (head + picture("5") + b"\r\n") * 2 + b"--b--\r\n"
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    answer = service.post("/v1/read", content=body, headers={"Content-Type": kind})
    assert [each["text"] for each in answer.json()["readings"]] == ["5", "5"]


def test_a_scan_of_many_pages_is_for_the_command(service: TestClient) -> None:
    page, *pages = (Image.open(io.BytesIO(picture(digit))) for digit in "123456789")
    file = io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=pages[:7])
    assert service.post("/v1/read", content=file.getvalue()).json()["readings"][0]["text"] == "\n".join("12345678")
    page.save(file := io.BytesIO(), "TIFF", save_all=True, append_images=pages)
    assert "it has more than 8 pages" in service.post("/v1/read", content=file.getvalue()).json()["detail"]


def test_more_files_than_places_are_refused_for_good(network: Path) -> None:
    client = TestClient(make_app(Settings(model=network, max_waiting=2)), HERE)
    files = [("files", (str(number), picture("1"))) for number in range(3)]
    assert client.post("/v1/read", files=files).json()["detail"] == "The form has 3 files; there are 2 places."
    assert client.post("/v1/read", files=files[:2]).status_code == 200


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=300))
def test_any_file_name_comes_back_and_touches_nothing(service: TestClient, name: str) -> None:
    files = [("files", (name, picture("1"))), ("files", (name, b"nothing"))]
    good, bad = service.post("/v1/read", files=files).json()["readings"]
    assert good["name"] == bad["name"]
    assert bad["error"].isprintable()


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 70_000},
        {"workers": 0},
        {"timeout": 0},
        {"max_body": -1},
        {"token": "schlüssel"},
        {"timeout": float("nan")},
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict) -> None:
    with pytest.raises(BadSetting):
        Settings(**wrong)


def test_a_network_that_is_not_there_is_told_before_anything_listens(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact):
        make_app(Settings(model=tmp_path / "none.onnx"))


def test_a_form_of_many_marks_is_answered_as_one_of_few(service: TestClient) -> None:
    files = [("files", (str(number), picture("1234567", "8901234") + bytes(20_000))) for number in range(30)]
    readings = service.post("/v1/read", files=files, params={"glyphs": True}).json()["readings"]
    assert [each["text"] for each in readings] == ["1234567\n8901234"] * 30
    assert [len(each["glyphs"]) for each in readings] == [14] * 30

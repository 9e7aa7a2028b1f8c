"""Corrections: kept where a file was named for them, whole or not at all, and given back in the form to learn from."""

import csv
import io
import json
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from digits.base.errors import BadOutput, BadSetting
from digits.service import corrections
from digits.service.app import make_app
from digits.service.corrections import HEADER, Corrections
from digits.service.settings import Settings
from tests.service.test_service import HERE, PROBLEM

GLYPH = np.arange(784, dtype=np.uint16).reshape(28, 28).astype(np.uint8)
ONE = {"glyph": GLYPH.tolist(), "label": "7", "said": "1", "confidence": 0.61}


@pytest.fixture
def client(tmp_path: Path, network: Path) -> TestClient:
    return TestClient(make_app(Settings(model=network, corrections=tmp_path / "c.db")), HERE)


def unpacked(content: bytes) -> list[tuple[np.ndarray, dict[str, str]]]:
    """Return each glyph of an archive with its row of the table."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = archive.read("labels.csv").decode()
        rows = list(csv.DictReader(io.StringIO(table, newline="")))
        return [(np.asarray(Image.open(archive.open(row["file"]))), row) for row in rows]


def test_a_correction_is_listed_as_it_was_made(client: TestClient) -> None:
    made = client.post("/v1/corrections", json=ONE)
    [kept] = client.get("/v1/corrections").json()["corrections"]
    assert made.status_code == 201
    assert {key: kept[key] for key in ("id", *ONE)} == {**made.json(), **ONE}


def test_the_newest_comes_first(client: TestClient) -> None:
    made = [client.post("/v1/corrections", json={**ONE, "label": label}).json()["id"] for label in "012"]
    assert [each["id"] for each in client.get("/v1/corrections").json()["corrections"]] == made[::-1]


def test_a_correction_can_be_taken_back_once(client: TestClient) -> None:
    place = f"/v1/corrections/{client.post('/v1/corrections', json=ONE).json()['id']}"
    assert [client.delete(place).status_code for _ in range(2)] == [204, 404]
    assert client.get("/v1/corrections").json() == {"kept": True, "corrections": []}


def test_the_number_of_one_that_was_taken_back_is_not_given_again(client: TestClient) -> None:
    first = client.post("/v1/corrections", json=ONE).json()["id"]
    client.delete(f"/v1/corrections/{first}")
    assert client.post("/v1/corrections", json=ONE).json()["id"] > first


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(arrays(np.uint8, (28, 28)), st.text(max_size=20)), max_size=4))
def test_what_is_in_the_archive_is_what_was_kept(tmp_path_factory: pytest.TempPathFactory, kept: list) -> None:
    store = Corrections(tmp_path_factory.mktemp("kept") / "c.db")
    kept = [(glyph, label.replace("\0", "").encode("utf-8", "replace").decode()) for glyph, label in kept]
    for glyph, label in kept:
        store.add(glyph, label, "1", 0.5)
    found = unpacked(store.archive())
    assert [row["label"] for _, row in found] == [label for _, label in kept]
    assert all((glyph == wanted).all() for (glyph, _), (wanted, _) in zip(found, kept, strict=True))


def test_the_archive_is_a_download(client: TestClient) -> None:
    client.post("/v1/corrections", json=ONE)
    answer = client.get("/v1/corrections/archive")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="corrections.zip"'
    [(glyph, row)] = unpacked(answer.content)
    assert (glyph == GLYPH).all()
    assert tuple(row) == HEADER


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"label": "x"}, "There is no label 'x'."),
        ({"label": "7'); DROP TABLE corrections; --"}, "There is no label"),
        ({"glyph": [[0] * 28] * 27}, "glyph: list should have at least 28 items"),
        ({"glyph": [[256] * 28] * 28}, "glyph.0.0 is 256: input should be less than or equal to 255"),
        ({"glyph": "x"}, "glyph is x: input should be a valid list"),
        ({"confidence": 2}, "confidence is 2: input should be less than or equal to 1"),
        ({"said": '=HYPERLINK("x")'}, "There is no label '=HYPERLINK"),
        ({"more": 1}, "more is 1: extra inputs are not permitted"),
    ],
)
def test_what_is_no_correction_is_told_and_not_kept(client: TestClient, wrong: dict, told: str) -> None:
    answer = client.post("/v1/corrections", json={**ONE, **wrong})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["detail"].startswith(told)
    assert client.get("/v1/corrections").json()["corrections"] == []


def test_without_a_file_nothing_is_kept_and_that_is_said(network: Path) -> None:
    client = TestClient(make_app(Settings(model=network)), HERE)
    assert client.get("/v1/corrections").json() == {"kept": False, "corrections": []}
    refused = client.post("/v1/corrections", json=ONE), client.get("/v1/corrections/archive")
    assert [each.status_code for each in refused] == [404, 404]
    assert "--corrections FILE" in refused[0].json()["detail"]


def test_a_foreign_page_cannot_make_one_without_asking(client: TestClient) -> None:
    answer = client.post("/v1/corrections", content=str(ONE), headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422


def test_a_body_without_a_kind_is_no_correction(client: TestClient) -> None:
    request = client.build_request("POST", "/v1/corrections", content=json.dumps(ONE).encode())
    assert "Content-Type" not in request.headers
    assert client.send(request).status_code == 422


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Corrections(tmp_path / "c.db")
    assert (tmp_path / "c.db").stat().st_mode & 0o077 == 0


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    Corrections(tmp_path / "c.db")
    with closing(sqlite3.connect(tmp_path / "c.db")) as database, database:
        database.execute("PRAGMA user_version = 2")
    with pytest.raises(BadOutput, match="made by a later version"):
        Corrections(tmp_path / "c.db")


def test_a_file_that_somebody_writes_to_makes_us_busy(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "WAIT", 0.05)
    with closing(sqlite3.connect(tmp_path / "c.db", isolation_level="EXCLUSIVE")) as database, database:
        database.execute("BEGIN EXCLUSIVE")
        answer = client.post("/v1/corrections", json=ONE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE bookmarks (place TEXT)")
    before = path.read_bytes()
    with pytest.raises(BadOutput, match="is a database of something else"):
        Corrections(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["none/c.db", "text.txt", "."])
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.txt").write_text("This is no database, and it is long enough to be taken for one." * 10)
    with pytest.raises(BadOutput, match="Cannot keep corrections in "):
        Corrections(tmp_path / name)


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    stores = [Corrections(tmp_path / "c.db") for _ in range(4)]

    def write(store: Corrections) -> None:
        for _ in range(10):
            store.add(GLYPH, "7", "1", 0.5)

    writers = [threading.Thread(target=write, args=(store,)) for store in stores]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(stores[0].newest(100)) == 40


def test_a_full_file_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "MOST", 2)
    store = Corrections(tmp_path / "c.db")
    store.add(GLYPH, "7", "1", 0.5)
    store.add(GLYPH, "7", "1", 0.5)
    with pytest.raises(BadSetting, match="2 corrections are kept, and no more"):
        store.add(GLYPH, "7", "1", 0.5)

"""Downloads, from a real server on loopback: whole, checked, or absent."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from digits.base.errors import BadData
from digits.data.catalog import CATALOG, Dataset
from digits.data.fetch import download, find

CONTENT = b"the right content " * 1000


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder; below /short/ it promises the whole file and hangs up half way."""

    def do_GET(self) -> None:
        if not self.path.startswith("/short/"):
            return super().do_GET()
        content = gzip.compress(CONTENT)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True
        return None

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Serve tmp_path/served; yield its address."""
    served = tmp_path / "served"
    for mirror, content, level in (("right", CONTENT, 9), ("anew", CONTENT, 1), ("wrong", b"other" * 999, 9)):
        (served / mirror).mkdir(parents=True)
        (served / mirror / "file.gz").write_bytes(gzip.compress(content, level))
    host = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: Handler(*given, directory=str(served)))
    threading.Thread(target=host.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{host.server_port}"
    host.shutdown()
    host.server_close()


def row(address: str, *mirrors: str) -> Dataset:
    hashed = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
    places = tuple(f"{address}/{mirror}/" for mirror in mirrors)
    return replace(CATALOG["mnist"], files=("file",), hashes=(hashed,), mirrors=places)


@pytest.mark.parametrize("first", ["right", "anew"])
def test_a_file_is_kept_under_its_name(server: str, tmp_path: Path, first: str) -> None:
    assert download(row(server, first), tmp_path / "cache")["file"] == CONTENT
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["file.gz"]


@pytest.mark.parametrize("first", ["absent", "wrong", "short"])
def test_a_mirror_that_fails_gives_way_to_the_next(server: str, tmp_path: Path, first: str) -> None:
    assert download(row(server, first, "right"), tmp_path / "cache")["file"] == CONTENT


@pytest.mark.parametrize(("only", "words"), [("absent", "HTTP 404"), ("wrong", "wrong or damaged"), ("short", "Error")])
def test_when_all_mirrors_fail_nothing_is_left_and_one_line_says_what_was_tried(
    server: str, tmp_path: Path, only: str, words: str
) -> None:
    with pytest.raises(BadData, match=words) as told:
        download(row(server, only), tmp_path / "cache")
    assert "--data mnist-5k" in str(told.value)
    assert f"{server}/{only}/file.gz" in str(told.value)
    assert "\n" not in str(told.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="ConnectionError"):
        download(row("http://127.0.0.1:9", "right"), tmp_path / "cache")


@pytest.mark.parametrize("mirrors", [("right",), ("wrong", "right")])
def test_a_published_gz_is_held_against_its_md5(server: str, tmp_path: Path, mirrors: tuple[str, ...]) -> None:
    published = hashlib.md5((tmp_path / "served" / "right" / "file.gz").read_bytes()).hexdigest()
    asked = replace(row(server, *mirrors), hashes=(f"md5:{published}",))
    assert download(asked, tmp_path / "cache")["file"] == CONTENT


def test_nothing_is_left_of_a_file_with_another_md5(server: str, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="wrong or damaged"):
        download(replace(row(server, "right"), hashes=("md5:0",)), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_is_in_the_cache_is_not_fetched_again(server: str, tmp_path: Path) -> None:
    download(row(server, "right"), tmp_path / "cache")
    assert download(row("http://127.0.0.1:9", "gone"), tmp_path / "cache")["file"] == CONTENT


def test_a_damaged_file_in_the_cache_is_told(server: str, tmp_path: Path) -> None:
    download(row(server, "right"), tmp_path / "cache")
    (tmp_path / "cache" / "file.gz").write_bytes(gzip.compress(b"damaged"))
    with pytest.raises(BadData, match="delete a download"):
        download(row(server, "right"), tmp_path / "cache")


def test_without_a_folder_the_users_cache_is_used(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: str(tmp_path / "home"))
    assert find(row(server, "right"))["file"] == CONTENT
    assert (tmp_path / "home" / "mnist" / "file.gz").is_file()

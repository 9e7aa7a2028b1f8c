"""The service as a process, and a browser that looks at its page."""

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.served import served
from tests.web.hand import Hand

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no test may reach anything else
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--window-size=1280,900",
)
MET = "document.getElementById('model').innerText"
ASKED = "!document.getElementById('token').hidden"


@contextmanager
def browsing(folder: Path, language: str = "en-US") -> Iterator[Chrome]:
    """Run a browser while the context lasts, with a profile and downloads of its own in `folder`."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium
    assert driver
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--lang={language}", f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    downloads = {"download.default_directory": str(folder), "download.prompt_for_download": False}
    options.add_experimental_option("prefs", {"intl.accept_languages": language, **downloads})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=Service(driver))
    try:
        yield browser
    finally:
        browser.quit()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that keeps corrections."""
    with served("--corrections", str(tmp_path_factory.mktemp("kept") / "corrections.db")) as (_, address):
        yield address


@pytest.fixture(scope="session")
def guarded() -> Iterator[str]:
    """The address of a service that asks for the token `sesame`, and keeps no corrections."""
    with served("--token", "sesame") as (_, address):
        yield address


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the browser puts what it downloads."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="session")
def drivers(tmp_path_factory: pytest.TempPathFactory, downloads: Path) -> Iterator[Callable[[str], Chrome]]:
    """A browser for each language that is asked for, started once."""
    with ExitStack() as stack:
        started: dict[str, Chrome] = {}

        def driver(language: str) -> Chrome:
            if language not in started:
                folder = downloads if language == "en-US" else tmp_path_factory.mktemp(language)
                started[language] = stack.enter_context(browsing(folder, language))
            return started[language]

        yield driver


@pytest.fixture
def page(drivers: Callable[[str], Chrome], service: str) -> Iterator[Hand]:
    """The page in English, with nothing on it; after the test, nothing may have gone to the console."""
    forget_all(service)
    yield from _opened(drivers("en-US"), service, MET)


@pytest.fixture
def chinese(drivers: Callable[[str], Chrome], service: str) -> Iterator[Hand]:
    """The page in a Chinese browser."""
    forget_all(service)
    yield from _opened(drivers("zh-CN"), service, MET)


@pytest.fixture
def guarded_page(drivers: Callable[[str], Chrome], guarded: str) -> Iterator[Hand]:
    """The page of the service that asks for a token."""
    yield from _opened(drivers("en-US"), guarded, ASKED)


def _opened(driver: Chrome, address: str, ready: str) -> Iterator[Hand]:
    hand = Hand(driver, address)
    hand.open()
    hand.wait(ready)
    yield hand
    hand.forget()
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert [line["message"] for line in driver.get_log("browser")] == []


def corrections_of(address: str) -> list[dict[str, object]]:
    """Return what the service has kept."""
    with urllib.request.urlopen(f"{address}/v1/corrections", timeout=5) as answer:
        return list(json.load(answer)["corrections"])


def forget_all(address: str) -> None:
    """Have the service forget all corrections."""
    for each in corrections_of(address):
        request = urllib.request.Request(f"{address}/v1/corrections/{each['id']}", method="DELETE")
        with urllib.request.urlopen(request, timeout=5):
            pass

"""A hand at the page: it draws, drops files, presses keys, and waits for the reading."""

import base64
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

EXAMPLES = Path(__file__).parents[2] / "examples"
PATIENCE = 10  # seconds for anything on the page
STEPS = 5  # of a pen between two corners
# Digits as strokes in a unit square.
STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(0.5, 0), (0.1, 0.25), (0.05, 0.6), (0.4, 1), (0.8, 0.85), (0.95, 0.45), (0.8, 0.1), (0.5, 0)]],
    "1": [[(0.5, 0), (0.5, 1)]],
    "2": [[(0.05, 0.2), (0.4, 0), (0.85, 0.15), (0.8, 0.45), (0, 1), (1, 0.97)]],
    "3": [[(0.05, 0.1), (0.5, 0), (0.9, 0.2), (0.45, 0.45), (0.95, 0.7), (0.5, 1), (0, 0.88)]],
    "4": [[(0.6, 0), (0, 0.65), (1, 0.65)], [(0.7, 0.3), (0.7, 1)]],
    "7": [[(0, 0), (1, 0), (0.35, 1)]],
}
DROP = """
const transfer = new DataTransfer();
for (const [name, content] of arguments[0]) {
  transfer.items.add(new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name));
}
for (const kind of ["dragover", "drop"]) {
  document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
}
"""


class Hand:
    """Works the page at `address` in `driver`."""

    def __init__(self, driver: Chrome, address: str) -> None:
        self.driver, self.address = driver, address

    def open(self) -> None:
        """Open the page anew."""
        self.driver.get(self.address)

    def forget(self) -> None:
        """Forget what the page has kept in the browser."""
        self.run("localStorage.clear(); sessionStorage.clear()")

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def wait(self, script: str, *values: Any) -> Any:
        """Return what `script` gives, once that is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.run(f"return {script}", *values):
                return found
            time.sleep(0.02)
        raise AssertionError(f"This never came true: {script}")

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def stroke(self, points: Sequence[tuple[float, float]]) -> None:
        """Draw one stroke with a mouse: press, move, let go."""
        left, top = self.run("const {x, y} = document.getElementById('canvas').getBoundingClientRect(); return [x, y]")
        actions = ActionBuilder(self.driver, mouse=PointerInput("mouse", "mouse"), duration=4)
        pen = actions.pointer_action
        (x, y), *rest = points
        pen.move_to_location(round(left + x), round(top + y)).pointer_down()
        for x, y in rest:
            pen.move_to_location(round(left + x), round(top + y))
        pen.pointer_up()
        actions.perform()

    def draw(self, digits: str, left: float = 40, top: float = 60, width: float = 60, height: float = 170) -> None:
        """Draw digits in a row, and wait for their reading."""
        self.draw_only(digits, left, top, width, height)
        self.settle()

    def draw_only(self, digits: str, left: float = 40, top: float = 60, width: float = 60, height: float = 170) -> None:
        for place, digit in enumerate(digits):
            for stroke in STROKES[digit]:
                x = left + place * width * 1.7
                self.stroke([(x + width * h, top + height * v) for h, v in _slow(stroke)])

    def drop(self, *files: Path | tuple[str, bytes]) -> None:
        """Drop files on the page, and wait for what is to be read at once."""
        pairs = [(each.name, each.read_bytes()) if isinstance(each, Path) else each for each in files]
        self.run(DROP, [(name, base64.b64encode(content).decode()) for name, content in pairs])
        if len(pairs) == 1:
            self.wait("!document.getElementById('figure').hidden")
            self.settle()
        else:
            self.wait("document.getElementById('batch-bar').hidden && !document.getElementById('batch').hidden")

    def settle(self) -> None:
        """Wait until the reading is that of what is shown."""
        self.wait("document.getElementById('result').getAttribute('aria-busy') === 'false'")

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is on it."""
        for _ in range(40):
            self.press(Keys.TAB)
            if self.run("return document.activeElement.matches(arguments[0])", selector):
                return
        raise AssertionError(f"Tab does not lead to {selector}.")

    def imported(self, module: str, call: str, *values: Any) -> Any:
        """Return what `call` gives of a module of the page, called `it`."""
        script = f"""const done = arguments[arguments.length - 1];
        import('/web/{module}').then((it) => done({call}), (error) => done(String(error)))"""
        return self.driver.execute_async_script(script, *values)


def _slow(stroke: Sequence[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    yield stroke[0]
    for (x, y), (to_x, to_y) in pairwise(stroke):
        yield from ((x + (to_x - x) * k / STEPS, y + (to_y - y) * k / STEPS) for k in range(1, STEPS + 1))

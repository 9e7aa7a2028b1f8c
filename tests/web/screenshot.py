"""Draw a number on the page, and keep what it looks like then as docs/pictures/page.png.

python -m tests.web.screenshot
"""

import tempfile
from pathlib import Path

from tests.pages import SHAPES
from tests.served import served
from tests.web.conftest import MET, browsing
from tests.web.hand import Hand

NUMBER, HEIGHT, STEP, LEFT, TOP = "30764", 160, 130, 45, 85  # pixels of the canvas
PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "page.png"
SIZE = {"width": 1120, "height": 740, "deviceScaleFactor": 1.5, "mobile": False}


def main() -> None:
    with tempfile.TemporaryDirectory() as name, served("--corrections", f"{name}/kept.db") as (_, address):
        shoot(Path(name), address)


def shoot(folder: Path, address: str) -> None:
    with browsing(folder) as driver:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
        driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        hand = Hand(driver, address)
        hand.open()
        hand.wait(MET)
        for place, digit in enumerate(NUMBER):
            for stroke in SHAPES[digit]:
                hand.stroke([(LEFT + place * STEP + HEIGHT * x, TOP + HEIGHT * y) for x, y in stroke])
        hand.settle()
        driver.save_screenshot(str(PICTURE))


if __name__ == "__main__":
    main()

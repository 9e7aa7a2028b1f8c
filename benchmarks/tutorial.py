"""The figures and the picture that README shows: `digits study` on full MNIST, three epochs, seed 42, on the CPU.

Keeps the study's record in results/tutorial.json and its bar chart in docs/pictures/comparison.png. `make docs` then
writes README's table.

    python benchmarks/tutorial.py --data-dir FOLDER
"""

import argparse

from digits.base.files import make_folder, write_whole
from digits.data import samples
from digits.report.plots import comparison_figure, to_png
from digits.report.table import findings
from digits.train import study

from timing import RESULTS, keep


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir")
    given = options.parse_args()
    made = study(*(samples("mnist", part, given.data_dir) for part in ("train", "validation", "test")), device="cpu")
    pictures = make_folder(RESULTS.parent / "docs" / "pictures")
    write_whole(pictures / "comparison.png", to_png(comparison_figure(made)))
    print("\n".join(findings(made)))
    print(f"kept in {keep('tutorial', {**made.to_dict(), 'findings': findings(made)})}")


if __name__ == "__main__":
    main()

"""Lines on the console, for every command. Loads rich and nothing heavy."""

import rich
from rich.text import Text

rich.reconfigure(markup=False, highlight=False, emoji=False)  # a path with brackets is printed as it is
console = rich.get_console()  # the one that the progress bar draws on: lines go above it


def line(text: str, bold: str = "") -> None:
    """Print `text` unwrapped, after a part in bold."""
    console.print(Text.assemble((bold, "bold"), text), soft_wrap=True)

"""Floor 4: records in; figures, tables and pages out."""

from digits.report.comparison import (
    comparison_csv,
    comparison_table,
    intervals_figure,
    pairs_in_words,
    write_comparison,
)
from digits.report.pages import facts_of, write_report, write_scoring
from digits.report.plots import (
    comparison_figure,
    confusion_figure,
    curves_figure,
    errors_figure,
    samples_figure,
    to_png,
)
from digits.report.table import findings, table

__all__ = [
    "comparison_csv",
    "comparison_figure",
    "comparison_table",
    "confusion_figure",
    "curves_figure",
    "errors_figure",
    "facts_of",
    "findings",
    "intervals_figure",
    "pairs_in_words",
    "samples_figure",
    "table",
    "to_png",
    "write_comparison",
    "write_report",
    "write_scoring",
]

"""Floor 4: records in; figures, tables and pages out."""

from digits.report.pages import write_report
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
    "comparison_figure",
    "confusion_figure",
    "curves_figure",
    "errors_figure",
    "findings",
    "samples_figure",
    "table",
    "to_png",
    "write_report",
]

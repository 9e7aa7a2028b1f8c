"""Floor 4: records in; figures, tables and pages out."""

from digits.report.pages import write_report
from digits.report.plots import samples_figure, to_png
from digits.report.table import findings, table

__all__ = ["findings", "samples_figure", "table", "to_png", "write_report"]

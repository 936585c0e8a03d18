"""What several test files share: the models in use, the examples, quick property tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
RELEASED = ROOT / "models" / "released"

settings.register_profile("gouji", deadline=None, max_examples=60)
settings.register_profile("deep", deadline=None, max_examples=1000)
settings.load_profile("gouji")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--model", metavar="DIR", default=None, help="test these weights in place of the released ones")


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Weights that whoever runs the tests has promoted are none of theirs."""
    os.environ["GOUJI_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def model(request: pytest.FixtureRequest) -> str | None:
    """The folder of weights to test; None for the released ones."""
    given = request.config.getoption("--model")
    if given is None and not any(RELEASED.glob("*.npz")):
        pytest.skip("no weights are released: run `gouji train --out run/ --promote`")
    return given


@pytest.fixture(scope="session")
def pipeline(model: str | None):  # type: ignore[no-untyped-def]
    """The whole path, with the weights to test."""
    from gouji.inference.pipeline import load

    return load(model)


@pytest.fixture(scope="session")
def examples() -> list[Path]:
    """The example reports that ship with the project, by name."""
    found = sorted((ROOT / "examples").iterdir())
    assert len(found) == 3
    return found

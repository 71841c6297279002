"""What the tests share: the program, the hop to it, and the count of what was called."""

import os

import pytest

from program import BIN, Sandbox
from wire import Wire

# The SDKs would ask a proxy of the environment for 127.0.0.1.
for name in ("http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(name, None)
    os.environ.pop(name.upper(), None)

STEP_S = 0.2
_calls = {}
_refusals = []
_judged = []


def pytest_configure(config):
    if not os.access(BIN, os.X_OK):
        raise pytest.UsageError(
            f"EVENKEEL_BIN is `{BIN}`, which is no program: `cargo xtask test --only conformance` sets it"
        )


@pytest.fixture(scope="session")
def process():
    sandbox = Sandbox("--step", f"{int(STEP_S * 1000)}ms", "--events", "300")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(process):
    """A fresh fleet, no faults; what was called is added up."""
    process.control("POST", "reset")
    yield process
    for operation, count in process.calls()["operations"].items():
        _calls[operation] = _calls.get(operation, 0) + count


@pytest.fixture
def wire(sandbox):
    wire = Wire(sandbox.endpoint)
    yield wire
    wire.close()


@pytest.fixture
def refusal_checked():
    """Notes that a refusal was seen as its row says."""
    return _refusals.append


@pytest.fixture(scope="session")
def count_judged():
    """Adds calls of the proxy that the judge let through."""
    return _judged.append


def pytest_terminal_summary(terminalreporter):
    if _calls or _refusals:
        by_operation = ", ".join(f"{name} {count}" for name, count in sorted(_calls.items()))
        terminalreporter.write_line(
            f"SDK calls that the sandbox took: {sum(_calls.values())} ({by_operation}); "
            f"refusals checked: {len(_refusals)}"
        )
    if _judged:
        terminalreporter.write_line(
            f"calls of the proxy that the judge let through: {sum(_judged)}"
        )

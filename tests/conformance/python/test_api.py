"""The proxy's API as its own description has it, asked by a program that reads nothing else.

`EVENKEEL_API_EXAMPLES` says how many requests of each kind are made up for each operation: a few, unless it is said.
"""

import os
import subprocess
import sys

import pytest

from program import BIN, Program, Sandbox

PROJECT = "07d47a56eb00d3a02f5ec01a1b7f9c43"
EXAMPLES = int(os.environ.get("EVENKEEL_API_EXAMPLES", "6"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
    "unsupported_method",
)


class Proxy(Program):
    """`evenkeel serve` on the sandbox' clouds, which are its accounts."""

    def __init__(self, folder, clouds):
        accounts, environment = [], {}
        for account, provider, key, more in (
            ("edge", "ens", "ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""),
            ("core", "huawei-ecs", "HUAWEICLOUD_SDK_AK HUAWEICLOUD_SDK_SK", f'project_id = "{PROJECT}"'),
        ):
            id, secret = key.split()
            environment |= {id: clouds.keys[id], secret: clouds.keys[secret]}
            accounts.append(
                f'[[accounts]]\nid = "{account}"\nprovider = "{provider}"\nregion = "cn-north-4"\n'
                f'endpoint = "{clouds.endpoint}"\naccess_key_id = "env:{id}"\naccess_key_secret = "env:{secret}"\n{more}\n'
            )
        config = folder / "evenkeel.toml"
        # Nobody else asks, and nobody is to wait.
        config.write_text("[server]\nrequests_per_login = 1000000\n\n" + "\n".join(accounts), encoding="utf-8")
        store = f"sqlite:{folder}/evenkeel.db"
        common = ["--config", str(config), "--store", store]
        add = [BIN, "tokens", "add", "reader", "--role", "admin", *common]
        token = subprocess.run(add, check=True, capture_output=True, text=True).stdout.strip()
        self.login = {"authorization": f"Bearer {token}"}
        greeting = "Evenkeel is at "
        super().__init__(["serve", "--listen", "127.0.0.1:0", *common], greeting, environment)
        (line,) = (line for line in self.lines if line.startswith(greeting))
        self.url = line.removeprefix(greeting).strip()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    clouds = Sandbox("--events", "40")
    proxy = Proxy(tmp_path_factory.mktemp("api"), clouds)
    yield proxy
    proxy.stop()
    clouds.stop()


def test_answers_are_as_the_api_is_described(proxy, tmp_path):
    ((name, value),) = proxy.login.items()
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{proxy.url}/api/v1/openapi.json"),
            *("--header", f"{name}: {value}", "--checks", ",".join(CHECKS)),
            # A stream does not end, and what is measured is no JSON.
            *("--exclude-path", "/api/v1/stream", "--exclude-path", "/metrics"),
            *("--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing"),
            # Python 3.11 reads source text in one thread at a time alone (python/cpython#106905), and Hypothesis reads its own.
            *("--workers", "1"),
            *("--generation-deterministic", "--no-color", "--continue-on-failure"),
        ],
        # It keeps what it found beside it.
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
    )
    print(run.stdout)
    assert run.returncode == 0, f"{run.stdout}{run.stderr}"

"""Every snippet of docs/sandbox.md runs as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs/sandbox.md"
SNIPPETS = re.findall(r"\*\*(.+?)\*\*[^\n]*\n\n```(python|js)\n(.*?)```", PAGE.read_text("utf-8"), re.S)


def test_the_page_has_a_snippet_for_each_sdk():
    assert [language for _, language, _ in SNIPPETS] == ["python"] * 4 + ["js"] * 3


@pytest.mark.parametrize("title, language, code", SNIPPETS, ids=[title for title, *_ in SNIPPETS])
def test_the_snippet_runs_and_its_order_is_taken(sandbox, title, language, code):
    if language == "python":
        command = [sys.executable, "-B", "-W", "ignore", "-c", code]
    else:
        command = [shutil.which("node"), "-e", code]
    environment = {"PATH": os.environ["PATH"], **sandbox.keys}
    for name in ("NODE_PATH", "HOME"):
        if name in os.environ:
            environment[name] = os.environ[name]
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
    assert sandbox.calls()["totals"]["accepted"] == 1

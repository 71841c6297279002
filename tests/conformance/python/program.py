"""The real program, started on a port of its own and stopped with the tests."""

import json
import os
import re
import subprocess
import threading
import urllib.request

BIN = os.environ.get("EVENKEEL_BIN", "")


class Program:
    """A command of `evenkeel` that has said that it is ready."""

    def __init__(self, arguments, ready, environment=None):
        self.process = subprocess.Popen(
            [BIN, *arguments],
            env={"PATH": os.environ["PATH"], **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.errors = []
        threading.Thread(target=self._read_errors, daemon=True).start()
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if re.match(ready, line):
                break
        else:
            self.stop()
            raise RuntimeError(f"`evenkeel {' '.join(arguments)}` ended:\n{''.join(self.errors)}")
        # What it prints later must not fill the pipe.
        threading.Thread(target=self._read_lines, daemon=True).start()

    def _read_errors(self):
        self.errors.extend(self.process.stderr)

    def _read_lines(self):
        self.lines.extend(line.rstrip("\n") for line in self.process.stdout)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Sandbox(Program):
    """The clouds, with their controls."""

    def __init__(self, *options):
        arguments = ["sandbox", "--listen", "127.0.0.1:0", *options]
        # The last line of its greeting, so that every key is there.
        super().__init__(arguments, ready=r"# Ctrl-C")
        pairs = (re.match(r"([A-Z_]+)=(.*)$", line) for line in self.lines)
        self.keys = {pair[1]: pair[2] for pair in pairs if pair}
        self.endpoint = self.keys["EVENKEEL_SANDBOX_ENDPOINT"]

    def control(self, method, path, body=None):
        """Calls `/_sandbox/…`, which nobody signs."""
        request = urllib.request.Request(
            f"{self.endpoint}/_sandbox/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def fault(self, **fault):
        self.control("POST", "faults", fault)

    def calls(self):
        return self.control("GET", "calls")

#!/usr/bin/env python3
"""What it costs to record every act: sends batches by a proxy of before and one of after, in turns, each on a
sandbox and a store of its own, and prints the seconds until everything is sent, and their ratio.

    python3 tests/bench/audit.py BEFORE AFTER [ITEMS] [ROUNDS]
    cargo xtask postgres --durable -- python3 tests/bench/audit.py BEFORE AFTER      # two proxies on a PostgreSQL, too

BEFORE and AFTER are two builds of `evenkeel`, each by `cargo build --release --package evenkeel-cli`; that the audit
began with commit 7fff571 makes the one before it BEFORE. Nothing but the standard library, and PostgreSQL's programs.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

# Each with its provider, its region, an action, and which of its events it is for.
ACCOUNTS = {
    "edge": ("ens", "cn-hangzhou", "redeploy", "&type=redeploy"),
    "ecs": ("huawei-ecs", "cn-north-4", "accept", ""),
}


class Program:
    """One that runs until it is told to end, and the lines it began with, up to one."""

    def __init__(self, arguments, folder, environment, last):
        self.log = open(os.path.join(folder, f"log-{time.time_ns()}"), "w")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EVENKEEL_")}
        self.process = subprocess.Popen(arguments, cwd=folder, env={**clean, **environment}, stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        self.lines = []
        while not (self.lines and re.match(last, self.lines[-1])):
            line = self.process.stdout.readline()
            if not line:
                sys.exit(f"{arguments} ended: see {self.log.name}")
            self.lines.append(line.strip())

    def find(self, pattern):
        return next(found[1] for line in self.lines if (found := re.match(pattern, line)))

    def close(self):
        self.process.terminate()
        self.process.wait()


class Fleet:
    """Proxies of one build on one store, before a sandbox of the newer build."""

    def __init__(self, folder, build, sandbox, proxies, store, events):
        self.programs = []
        clouds = self.start([sandbox, "sandbox", "--listen", "127.0.0.1:0", "--events", str(events), "--step", "1h"],
                            folder, {}, "# Ctrl-C stops")
        keys = dict(line.split("=", 1) for line in clouds.lines if re.match(r"[A-Z_]+=", line))
        endpoint, project = keys["EVENKEEL_SANDBOX_ENDPOINT"], keys["HUAWEICLOUD_SDK_PROJECT_ID"]
        text = "[collector]\ncalls_per_second = 200\n"
        for account, (provider, region, _, _) in ACCOUNTS.items():
            more = f'project_id = "{project}"\n' if provider == "huawei-ecs" else ""
            text += (f'[[accounts]]\nid = "{account}"\nprovider = "{provider}"\nregion = "{region}"\n'
                     f'endpoint = "{endpoint}"\n{more}')
        with open(os.path.join(folder, "evenkeel.toml"), "w") as config:
            config.write(text)
        for _ in range(proxies):
            served = self.start([build, "serve", "--listen", "127.0.0.1:0", "--store", store], folder, keys,
                                "Evenkeel is at ")
        self.base = served.find("Evenkeel is at (.+)")
        add = [build, "tokens", "add", "bench", "--store", store]
        made = subprocess.run([*add, "--role", "operator"], cwd=folder, capture_output=True, text=True)
        if made.returncode != 0:
            # A build of before roles.
            made = subprocess.run(add, cwd=folder, capture_output=True, text=True)
        # A build of before logins has no tokens, and asks for none.
        self.token = made.stdout.strip() if made.returncode == 0 else "none"

    def start(self, *arguments):
        program = Program(*arguments)
        self.programs.append(program)
        return program

    def ask(self, path, body=None):
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["idempotency-key"] = f"bench-{time.time_ns()}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}{path}", data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def events(self, account, items):
        path = f"/api/v1/events?account={account}&state=inquiring&limit=1000{ACCOUNTS[account][3]}"
        while True:
            page = self.ask(path)
            if page["total"] >= items and all("updated_at" in it for it in page["accounts"]):
                break
            time.sleep(0.5)
        events = page["events"]
        while len(events) < items:
            page = self.ask(f"{path}&cursor={page['next']}")
            events += page["events"]
        return events[:items]

    def send(self, account, items):
        """Sends a batch; gives the seconds until nothing of it is queued or sending."""
        action = ACCOUNTS[account][2]
        events = self.events(account, items)
        batch = {"account": account, "action": action, "items": [
            {"event_id": event["id"], "resource_id": event["resource_id"], "when": "now"} for event in events]}
        started = time.time()
        answer = self.ask("/api/v1/batches", batch)
        while True:
            counts = self.ask("/api/v1/batches?limit=1")["batches"][0]["counts"]
            if not counts.get("queued") and not counts.get("sending"):
                took = time.time() - started
                break
            time.sleep(0.2)
        if counts.get("accepted", 0) + counts.get("confirmed", 0) + counts.get("in_progress", 0) < items:
            print(f"    {answer['id']}: {counts}")
        return took

    def close(self):
        for program in reversed(self.programs):
            program.close()


def database(folder):
    """A new PostgreSQL database, or nothing where there is none."""
    url = os.environ.get("EVENKEEL_TEST_POSTGRES")
    if not url:
        return None
    name = f"bench_{time.time_ns()}"
    psql = os.path.join(os.environ["EVENKEEL_TEST_POSTGRES_PROGRAMS"], "psql")
    subprocess.run([psql, url, "-qc", f"CREATE DATABASE {name}"], check=True, cwd=folder)
    return re.sub(r"/postgres(\?|$)", rf"/{name}\1", url)


def main():
    before, after = (os.path.abspath(path) for path in sys.argv[1:3])
    items, rounds = (int(word) for word in (sys.argv[3:] + ["2000", "5"][len(sys.argv) - 3:])[:2])
    cases = [("SQLite", 1)] + ([("PostgreSQL, two proxies", 2)] if os.environ.get("EVENKEEL_TEST_POSTGRES") else [])
    for name, proxies in cases:
        ratios = {account: [] for account in ACCOUNTS}
        for turn in range(rounds):
            times = {}
            # In turns, and not always the same one first.
            for build in [before, after] if turn % 2 == 0 else [after, before]:
                with tempfile.TemporaryDirectory() as folder:
                    store = database(folder) if proxies > 1 else f"sqlite:{folder}/store.db"
                    fleet = Fleet(folder, build, after, proxies, store, items * 15)
                    try:
                        times[build] = {account: fleet.send(account, items) for account in ACCOUNTS}
                    finally:
                        fleet.close()
            for account in ACCOUNTS:
                ratio = times[after][account] / times[before][account]
                ratios[account].append(ratio)
                print(f"{name}, {account}, {items} items: before {times[before][account]:.2f} s, "
                      f"after {times[after][account]:.2f} s, {ratio:.2f}", flush=True)
        for account, found in ratios.items():
            print(f"{name}, {account}: {statistics.median(found):.2f} ({min(found):.2f} to {max(found):.2f})", flush=True)


main()

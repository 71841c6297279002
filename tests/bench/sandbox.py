#!/usr/bin/env python3
"""What a large fleet costs: walks every page of the clouds and prints times and memory.

    cargo build --profile quick --package evenkeel-cli
    python3 tests/bench/sandbox.py target/quick/evenkeel [EVENTS]

Signs as the SDKs do, with nothing but the standard library. Reads memory from /proc, so Linux only.
"""

import base64
import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import time
import uuid
from urllib.parse import quote

TYPES = [
    "Instance:SystemFailure.Redeploy", "Instance:SystemFailure.Reboot",
    "Instance:SystemMaintenance.Redeploy", "Instance:SystemMaintenance.Reboot",
    "Instance:SystemUpgrade.Migrate", "Instance:RegionNetworkDown", "Disk:Stalled",
    "EnsRegion:NetworkMigration", "IP:SafeRisk", "IP:SafeBan",
]


def encoded(pairs):
    strict = lambda text: quote(str(text), safe="-_.~")
    return "&".join(f"{strict(name)}={strict(value)}" for name, value in sorted(pairs.items()))


def ens_page(connection, keys, number):
    """One page of ENS."""
    return rpc(connection, keys, {
        "Action": "DescribeHistoryEvents", "Version": "2017-11-10",
        "EventTypes": ",".join(TYPES), "PageNumber": number, "PageSize": 100,
    })


def ecs_page(connection, keys, token, resource_type):
    """One page of Alibaba Cloud ECS."""
    statuses = "Inquiring Scheduled Executing Executed Failed Canceled Avoided".split()
    return rpc(connection, keys, {
        "Action": "DescribeInstanceHistoryEvents", "Version": "2014-05-26", "RegionId": "cn-hangzhou",
        "ResourceType": resource_type, "MaxResults": 100,
    } | {f"InstanceEventCycleStatus.{n}": status for n, status in enumerate(statuses, 1)}
      | ({"NextToken": token} if token else {}))


def rpc(connection, keys, parameters):
    """A call, signed with RPC v1."""
    parameters = parameters | {
        "Format": "JSON", "AccessKeyId": keys["ALIBABA_CLOUD_ACCESS_KEY_ID"], "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0", "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    text = "GET&%2F&" + quote(encoded(parameters), safe="-_.~")
    secret = keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] + "&"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    parameters["Signature"] = base64.b64encode(digest).decode()
    return answer(connection, "/?" + encoded(parameters), {})


def huawei_page(connection, keys, host, marker):
    """One page, signed with SDK-HMAC-SHA256."""
    query = {"limit": 100} | ({"marker": marker} if marker else {})
    path = f"/v3/{keys['HUAWEICLOUD_SDK_PROJECT_ID']}/instance-scheduled-events"
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    canonical = "\n".join([
        "GET", path + "/", encoded(query), f"host:{host}", f"x-sdk-date:{date}", "", "host;x-sdk-date",
        hashlib.sha256(b"").hexdigest(),
    ])
    text = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(keys["HUAWEICLOUD_SDK_SK"].encode(), text.encode(), hashlib.sha256).hexdigest()
    return answer(connection, f"{path}?{encoded(query)}", {
        "X-Sdk-Date": date,
        "Authorization": f"SDK-HMAC-SHA256 Access={keys['HUAWEICLOUD_SDK_AK']}, "
                         f"SignedHeaders=host;x-sdk-date, Signature={signature}",
    })


def answer(connection, target, headers):
    start = time.perf_counter()
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    body = response.read()
    took = time.perf_counter() - start
    if response.status != 200:
        raise SystemExit(f"{response.status}: {body[:300]!r}")
    return json.loads(body), took


def memory_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        lines = dict(line.split(":", 1) for line in status)
    return tuple(int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))


def report(name, events, times):
    times = sorted(1000 * took for took in times)
    print(f"{name}: {events} events on {len(times)} pages, "
          f"{times[len(times) // 2]:.1f} ms a page (median), {times[-1]:.1f} ms the slowest, "
          f"{sum(times) / 1000:.1f} s in all")


def main(program, events=100_000):
    start = time.perf_counter()
    sandbox = subprocess.Popen(
        [program, "sandbox", "--listen", "127.0.0.1:0", "--events", str(events)],
        stdout=subprocess.PIPE, text=True)
    try:
        keys = {}
        for line in sandbox.stdout:
            name, equals, value = line.strip().partition("=")
            if equals and not name.startswith("#"):
                keys[name] = value
            if line.startswith("# Ctrl-C"):
                break
        host = keys["EVENKEEL_SANDBOX_ENDPOINT"].removeprefix("http://")
        connection = http.client.HTTPConnection(host)
        print(f"started in {time.perf_counter() - start:.1f} s; {memory_mb(sandbox.pid)[0]:.0f} MB")

        seen, times, number = set(), [], 1
        while True:
            page, took = ens_page(connection, keys, number)
            times.append(took)
            seen.update(event["EventId"] for event in page["Events"])
            if number * 100 >= page["TotalCount"]:
                break
            number += 1
        report("ENS", len(seen), times)
        count = len(seen)

        seen, times, marker = set(), [], None
        while True:
            page, took = huawei_page(connection, keys, host, marker)
            times.append(took)
            seen.update(event["id"] for event in page["events"])
            marker = page["page_info"]["next_marker"]
            if not marker:
                break
        report("Huawei", len(seen), times)
        count += len(seen)

        seen, times = set(), []
        for resource_type in ("instance", "ddh"):
            token = None
            while True:
                page, took = ecs_page(connection, keys, token, resource_type)
                times.append(took)
                listed = page["InstanceSystemEventSet"]["InstanceSystemEventType"]
                seen.update(event["EventId"] for event in listed)
                token = page.get("NextToken")
                if not token:
                    break
        # The events of disks are in no list of events.
        report("Alibaba Cloud ECS", len(seen), times)
        now, most = memory_mb(sandbox.pid)
        print(f"memory: {now:.0f} MB after the walk, {most:.0f} MB at most")
        missing = events * 2 // 3 - count
        if missing > 0:
            raise SystemExit(f"{missing} events are missing")
    finally:
        sandbox.kill()
        sandbox.wait()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))

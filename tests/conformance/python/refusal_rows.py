"""`refusals.json`: every refusal that the tests provoke, and how each SDK shows it.

The tests of both languages are driven from it, and `docs/refusals.md` holds it as tables, so the
three cannot part.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent
PAGE = FOLDER.parent.parent / "docs/refusals.md"


def load(cloud):
    rows = json.loads((FOLDER / "refusals.json").read_text(encoding="utf-8"))
    return [row for row in rows if row["cloud"] == cloud]


def of_sdk(cloud, sdk):
    return [row for row in load(cloud) if sdk in row["surfaces"]]


SDKS = {
    "ens": {
        "ens-python": "`alibabacloud-ens20171110`",
        "core-python": "`aliyun-python-sdk-core`",
        "ens-node": "`@alicloud/openapi-client`",
    },
    "ecs": {
        "ecs-python": "`alibabacloud-ecs20140526`",
        "ecs-node": "`@alicloud/ecs20140526`",
    },
    "huawei": {
        "huawei-python": "`huaweicloudsdkecs`",
        "huawei-node": "`@huaweicloud/huaweicloud-sdk-ecs`",
    },
}


def table(cloud):
    """The cloud's rows as they stand on the page."""
    sdks = SDKS[cloud]
    lines = [
        f"| refusal | answer | known | {' | '.join(sdks.values())} |",
        f"|{'---|' * (3 + len(sdks))}",
    ]
    for row in load(cloud):
        shown = [f"`{row['surfaces'][sdk]}`" if sdk in row["surfaces"] else "" for sdk in sdks]
        cells = [row["refusal"], f"{row['status']} `{row['code']}`", row["known"], *shown]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)

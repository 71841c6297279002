"""`docs/refusals.md` says what the tests hold."""

import pytest

from refusal_rows import PAGE, SDKS, load, table


@pytest.mark.parametrize("cloud", SDKS)
def test_the_page_has_the_very_table_that_the_tests_are_driven_from(cloud):
    page = PAGE.read_text(encoding="utf-8")
    assert table(cloud) in page, f"put this into {PAGE.name}:\n\n{table(cloud)}\n"


@pytest.mark.parametrize("cloud", SDKS)
def test_the_page_has_no_row_that_nothing_tests(cloud):
    # What each code means comes after them, and is made from the same rows.
    page = PAGE.read_text(encoding="utf-8").split("\n## What each code means\n")[0]
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    heads = len(SDKS)
    assert len(rows) == heads + sum(len(load(one)) for one in SDKS)


@pytest.mark.parametrize("cloud", SDKS)
def test_every_row_is_seen_by_an_sdk_and_says_how_it_is_known(cloud):
    names = [row["refusal"] for row in load(cloud)]
    assert len(names) == len(set(names))
    for row in load(cloud):
        assert row["surfaces"] and row["surfaces"].keys() <= SDKS[cloud].keys(), row
        assert row["known"] in ("documented", "status assumed", "assumed"), row

"""Temporary credentials: a key that is valid with its token only."""

import pytest

from clouds import Core, Ens, Huawei


@pytest.fixture
def ens_key(sandbox):
    keys = sandbox.keys
    return {
        "access_key_id": keys["ALIBABA_CLOUD_ACCESS_KEY_ID_TEMPORARY"],
        "access_key_secret": keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET_TEMPORARY"],
        "security_token": keys["ALIBABA_CLOUD_SECURITY_TOKEN_TEMPORARY"],
    }


@pytest.mark.parametrize("signature", ["ACS3", "v2"])
def test_ens_takes_a_temporary_key_with_its_token_and_not_without(
    sandbox, wire, ens_key, signature
):
    algorithm = {} if signature == "ACS3" else {"signature_algorithm": "v2"}
    ens = Ens(wire.address, sandbox.keys, **ens_key, **algorithm)
    assert ens.list(page_size=1).total_count == 100
    sent = wire.last[0]
    token = ens_key["security_token"]
    assert sent.header("x-acs-security-token") == token or f"SecurityToken={token}" in sent.target

    del ens_key["security_token"]
    with pytest.raises(Exception) as caught:
        Ens(wire.address, sandbox.keys, **ens_key, **algorithm).list()
    assert caught.value.status_code == 400


def test_the_core_sdk_takes_a_temporary_key_with_its_token(sandbox, wire, ens_key):
    core = Core(wire.address, sandbox.keys, *ens_key.values())
    assert core.call("DescribeHistoryEvents", {"EventTypes": "Disk:Stalled"})["TotalCount"] > 0


def test_huawei_takes_a_temporary_key_with_its_token_and_not_without(sandbox, wire):
    keys = sandbox.keys
    pair = {
        "ak": keys["HUAWEICLOUD_SDK_AK_TEMPORARY"],
        "sk": keys["HUAWEICLOUD_SDK_SK_TEMPORARY"],
    }
    token = keys["HUAWEICLOUD_SDK_SECURITY_TOKEN_TEMPORARY"]
    assert len(Huawei(wire.endpoint, keys, **pair, token=token).list().events) == 100
    assert wire.last[0].header("x-security-token") == token

    with pytest.raises(Exception) as caught:
        Huawei(wire.endpoint, keys, **pair).list()
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")

"""The official SDKs, pointed at an address, and short names for what they can do."""

import datetime
import json
import pathlib
import re

from alibabacloud_ecs20140526 import models as alibaba_ecs_models
from alibabacloud_ecs20140526.client import Client as AlibabaEcsClient
from alibabacloud_ens20171110 import models as ens_models
from alibabacloud_ens20171110.client import Client as EnsClient
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from darabonba.runtime import RuntimeOptions
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkecs import v2 as ecs
from huaweicloudsdkecs.v2 import ScheduledEventAcceptBody, ScheduledEventUpdateBody

ENS_TYPES = [
    "Instance:SystemFailure.Redeploy",
    "Instance:SystemFailure.Reboot",
    "Instance:SystemMaintenance.Redeploy",
    "Instance:SystemMaintenance.Reboot",
    "Instance:SystemUpgrade.Migrate",
    "Instance:RegionNetworkDown",
    "Disk:Stalled",
    "EnsRegion:NetworkMigration",
    "IP:SafeRisk",
    "IP:SafeBan",
]
REDEPLOY = ["Instance:SystemFailure.Redeploy", "Instance:SystemMaintenance.Redeploy"]
MIGRATE = ["Instance:SystemUpgrade.Migrate"]
REBOOT = ["Instance:SystemFailure.Reboot", "Instance:SystemMaintenance.Reboot"]
ECS_STATUSES = ["Inquiring", "Scheduled", "Executing", "Executed", "Failed", "Canceled", "Avoided"]


class Ens:
    """`alibabacloud-ens20171110`; with `signature_algorithm='v2'` it signs as RPC v1."""

    def __init__(self, address, keys, **config):
        key = {
            "access_key_id": keys["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            "access_key_secret": keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            **config,
        }
        self.client = EnsClient(
            Config(endpoint=address, protocol="http", region_id="cn-hangzhou", **key)
        )

    def call(self, action, params):
        """Any action with any parameters, by the generic call under the SDK's own ones."""
        kind = {"style": "RPC", "auth_type": "AK", "req_body_type": "formData", "body_type": "json"}
        where = {"method": "POST", "pathname": "/", "protocol": "HTTPS", "version": "2017-11-10"}
        called = Params(action=action, **where, **kind)
        return self.client.call_api(called, OpenApiRequest(query=params), RuntimeOptions())["body"]

    def list(self, types=ENS_TYPES, **filters):
        request = ens_models.DescribeHistoryEventsRequest(event_types=types, **filters)
        return self.client.describe_history_events(request).body

    def inquiring(self, types):
        return self.list(types, event_status=["Inquiring"], page_size=100).events

    def status(self, event):
        page = self.list([event.event_type], resource_ids=[event.resource_id], page_size=100)
        return next(one.event_status for one in page.events if one.event_id == event.event_id)

    def batch(self, verb, items):
        """`verb` is redeploy, migrate or reboot; nothing as `items` leaves the parameter out."""
        name = f"BatchEvent{verb.capitalize()}InstanceRequest"
        item = getattr(ens_models, f"{name}EventInfos")
        infos = None if items is None else [item(**fields) for fields in items]
        call = getattr(self.client, f"batch_event_{verb}_instance")
        return call(getattr(ens_models, name)(event_infos=infos)).body

    def instances(self, ids, **filters):
        """A list in a request is sent shrunk: the ids as JSON in a text."""
        request = ens_models.DescribeInstancesRequest(instance_ids=json.dumps(ids), **filters)
        return self.client.describe_instances(request).body

    def tags(self, ids, **filters):
        request = ens_models.ListTagResourcesRequest(
            resource_type="instance", resource_id=ids, **filters
        )
        return self.client.list_tag_resources(request).body

    def single(self, verb, **fields):
        request = getattr(ens_models, f"Event{verb.capitalize()}InstanceRequest")(**fields)
        return getattr(self.client, f"event_{verb}_instance")(request).body


class AlibabaEcs:
    """`alibabacloud-ecs20140526`, which has a class for each request."""

    def __init__(self, address, keys, **config):
        key = {
            "access_key_id": keys["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            "access_key_secret": keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            **config,
        }
        self.client = AlibabaEcsClient(
            Config(endpoint=address, protocol="http", region_id="cn-hangzhou", **key)
        )

    def anywhere(self, action, **params):
        """An action by the name and with the parameters that the cloud has for it."""
        request = getattr(alibaba_ecs_models, f"{action}Request")().from_map(params)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
        return getattr(self.client, name)(request).body

    def call(self, action, **params):
        return self.anywhere(action, RegionId="cn-hangzhou", **params)

    def unknown(self, action):
        """An action that the SDK does not have, by the generic call under its own ones."""
        kind = {"style": "RPC", "auth_type": "AK", "req_body_type": "formData", "body_type": "json"}
        where = {"method": "POST", "pathname": "/", "protocol": "HTTPS", "version": "2014-05-26"}
        called = Params(action=action, **where, **kind)
        return self.client.call_api(called, OpenApiRequest(query={}), RuntimeOptions())["body"]

    def events(self, **filters):
        """Every event in all states, page by page."""
        filters = {"InstanceEventCycleStatus": ECS_STATUSES, "MaxResults": 100, **filters}
        events, more = [], {}
        while True:
            page = self.call("DescribeInstanceHistoryEvents", **filters, **more)
            events += page.instance_system_event_set.instance_system_event_type
            if not page.next_token:
                return events
            more = {"NextToken": page.next_token}

    def status(self, event_id):
        [event] = self.events(EventId=[event_id])
        return event.event_cycle_status.name


def ecs_stand():
    """Events and machines of every kind that orders meet, as a state document."""
    path = pathlib.Path(__file__).resolve().parent.parent / "ecs-stand.json"
    return json.loads(path.read_text(encoding="utf-8"))


def in_seconds(seconds):
    """The time so many seconds from now, as Alibaba Cloud ECS writes it."""
    at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


class Core:
    """`aliyun-python-sdk-core`, which signs as RPC v1 only and takes every action by its name."""

    def __init__(self, address, keys, id=None, secret=None, token=None):
        id = id or keys["ALIBABA_CLOUD_ACCESS_KEY_ID"]
        secret = secret or keys["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
        key = {"ak": id, "secret": secret}
        if token is not None:
            key = {"credential": StsTokenCredential(id, secret, token)}
        self.address = address
        self.client = AcsClient(region_id="cn-hangzhou", auto_retry=False, **key)

    def call(self, action, params, method="POST", in_body=False):
        request = CommonRequest(domain=self.address, version="2017-11-10", action_name=action)
        request.set_protocol_type("http")
        request.set_method(method)
        request.set_accept_format("json")
        for name, value in params.items():
            add = request.add_body_params if in_body else request.add_query_param
            add(name, value)
        return json.loads(self.client.do_action_with_exception(request))


class Huawei:
    """`huaweicloudsdkecs`."""

    def __init__(self, endpoint, keys, ak=None, sk=None, project=None, token=None):
        credentials = BasicCredentials(
            ak or keys["HUAWEICLOUD_SDK_AK"],
            sk or keys["HUAWEICLOUD_SDK_SK"],
            project or keys["HUAWEICLOUD_SDK_PROJECT_ID"],
        )
        if token is not None:
            credentials = credentials.with_security_token(token)
        builder = ecs.EcsClient.new_builder().with_credentials(credentials)
        self.client = builder.with_endpoint(endpoint).build()

    def list(self, **filters):
        return self.client.list_scheduled_events(ecs.ListScheduledEventsRequest(**filters))

    def all(self, **filters):
        """Walks the pages until there is no marker, or an empty page."""
        events, marker = [], None
        while True:
            page = self.list(marker=marker, **filters)
            events += page.events
            marker = page.page_info.next_marker
            if not marker or not page.events:
                return events

    def servers(self, ids):
        """A query of several ids is joined by commas."""
        request = ecs.ListServersDetailsRequest(server_id=",".join(ids))
        return self.client.list_servers_details(request)

    def event(self, event_id):
        return self.list(id=event_id).events[0]

    def accept(self, event_id, body=None):
        """Without a body nothing is sent, with an empty one `{}`."""
        return self.client.accept_scheduled_event(
            ecs.AcceptScheduledEventRequest(id=event_id, body=body)
        )

    def update(self, event_id, body):
        return self.client.update_scheduled_event(
            ecs.UpdateScheduledEventRequest(id=event_id, body=body)
        )

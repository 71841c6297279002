//! Generates ENS' events.

use serde_json::{Value, json};

use crate::{
    event::{Details, Event, Phase},
    fleet::{
        generate::{Dice, Window, phase},
        machine::made_up,
    },
    resource::Resource,
};

/// The types that ask, in the order in which they are dealt.
const ASKING: [&str; 8] = [
    "Instance:SystemFailure.Redeploy",
    "Instance:SystemUpgrade.Migrate",
    "Instance:SystemMaintenance.Redeploy",
    "Instance:SystemMaintenance.Reboot",
    "Instance:SystemUpgrade.Migrate",
    "Instance:SystemFailure.Redeploy",
    "Instance:SystemFailure.Reboot",
    "Instance:SystemMaintenance.Redeploy",
];

/// The types of the rest, likewise.
const TELLING: [&str; 12] = [
    "Instance:SystemUpgrade.Migrate",
    "Instance:SystemMaintenance.Redeploy",
    "Disk:Stalled",
    "Instance:SystemFailure.Redeploy",
    "Instance:RegionNetworkDown",
    "Instance:SystemMaintenance.Reboot",
    "IP:SafeRisk",
    "EnsRegion:NetworkMigration",
    "Instance:SystemFailure.Reboot",
    "Instance:SystemUpgrade.Migrate",
    "IP:SafeBan",
    "Instance:SystemMaintenance.Redeploy",
];

const REGIONS: [&str; 8] = [
    "cn-hangzhou-44",
    "cn-chengdu-telecom",
    "cn-wuxi-telecom_unicom_cmcc-2",
    "cn-shenzhen-5",
    "cn-taiyuan-unicom",
    "cn-beijing-telecom",
    "cn-qingdao-cmcc",
    "vn-hochiminh-2",
];

/// Makes `count` events.
pub(super) fn generate(seed: u64, count: usize, now: i64, step: i64) -> Vec<Event> {
    let mut dice = Dice::new(seed, 0x0065_6e73);
    let now = now - now.rem_euclid(1000);
    let (mut asking, mut telling) = (0, 0);
    let mut last_instance = None;
    (0..count)
        .map(|index| {
            let phase = match phase(index) {
                // ENS has one more way of not happening than others.
                Phase::Canceled if (index / 20) % 2 == 1 => Phase::Avoided,
                phase => phase,
            };
            let kind = if phase == Phase::Inquiring {
                asking += 1;
                ASKING.get((asking - 1) % ASKING.len())
            } else {
                telling += 1;
                TELLING.get((telling - 1) % TELLING.len())
            }
            .copied()
            .unwrap_or("Disk:Stalled");
            let region = dice.pick(&REGIONS);
            let window = Window::roll(&mut dice, phase, now);
            let resource_id = resource(&mut dice, kind, region, &mut last_instance);
            // In this order: the same seed makes the same events in every version.
            let id = format!("e-{}", dice.hex(32));
            let level = level(&mut dice, kind);
            Event {
                id,
                resource_id,
                kind: kind.into(),
                published: window.published,
                not_before: Some(window.not_before),
                not_after: None,
                deadline: None,
                course: window.course,
                past: Vec::new(),
                step,
                fails: phase == Phase::Failed || (phase != Phase::Completed && dice.one_in(25)),
                text: reason(&mut dice, kind).into(),
                details: Details {
                    level: Some(level),
                    extended: (!dice.one_in(6)).then(|| extended(region, index + 1)),
                    ..Details::default()
                },
            }
        })
        .collect()
}

/// The id of what the event is about: not always an instance, and now and then one that has
/// another event already.
fn resource(dice: &mut Dice, kind: &str, region: &str, last: &mut Option<String>) -> String {
    match kind.split(':').next() {
        Some("Disk") => format!("d-{}", dice.alphanumeric(25)),
        Some("IP") => format!("eip-{}", dice.alphanumeric(25)),
        Some("EnsRegion") => region.to_owned(),
        _ => match last.take() {
            Some(id) if dice.one_in(10) => id,
            _ => {
                let id = format!("i-{}", dice.alphanumeric(25));
                *last = Some(id.clone());
                id
            }
        },
    }
}

/// The instance that an event is about, where it is about one: with the name that the event gives it.
pub(super) fn instance(event: &Event) -> Option<Resource> {
    if !event.resource_id.starts_with("i-") {
        return None;
    }
    let extended = event.details.extended.as_deref().unwrap_or_default();
    let told: Value = serde_json::from_str(extended).unwrap_or_default();
    let told = |name: &str| told.get(name)?.as_str().map(str::to_owned);
    let made_up = made_up(&event.resource_id, &REGIONS);
    Some(Resource {
        name: told("instanceName").or(made_up.name),
        zone: told("ensRegionId").unwrap_or(made_up.zone),
        ..made_up
    })
}

fn extended(region: &str, number: usize) -> String {
    json!({"ensRegionId": region, "instanceName": format!("edge-{number:04}")}).to_string()
}

fn level(dice: &mut Dice, kind: &str) -> &'static str {
    if kind.contains("SystemFailure") || matches!(kind, "IP:SafeBan" | "Instance:RegionNetworkDown")
    {
        "CRITICAL"
    } else if dice.one_in(4) {
        "INFO"
    } else {
        "WARN"
    }
}

fn reason(dice: &mut Dice, kind: &str) -> &'static str {
    let choices: [&str; 2] = match kind {
        "Instance:SystemFailure.Redeploy" => [
            "The host of the instance has a hardware failure. Redeploy the instance to another host.",
            "实例所在宿主机发生硬件故障，需要重新部署实例。",
        ],
        "Instance:SystemMaintenance.Redeploy" => [
            "Host maintenance is planned. Redeploy the instance before the event starts.",
            "宿主机计划维护，请在事件开始前重新部署实例。",
        ],
        "Instance:SystemUpgrade.Migrate" => [
            "The edge node is being upgraded. Migrate the instance to another node.",
            "边缘节点升级改造，需要迁移实例。",
        ],
        "Instance:SystemMaintenance.Reboot" => [
            "Host software maintenance is planned. The instance will be restarted.",
            "宿主机软件维护，实例将被重启。",
        ],
        "Instance:SystemFailure.Reboot" => [
            "A system failure on the host requires a restart of the instance.",
            "宿主机系统异常，需要重启实例。",
        ],
        "Instance:RegionNetworkDown" => [
            "The network of the edge node is interrupted.",
            "边缘节点网络中断。",
        ],
        "Disk:Stalled" => ["The I/O of the disk is stalled.", "磁盘 I/O 性能严重受损。"],
        "EnsRegion:NetworkMigration" => [
            "The operator of the edge node is cutting over its network.",
            "边缘节点网络割接。",
        ],
        "IP:SafeRisk" => ["The IP address is at risk of attack.", "IP 存在安全风险。"],
        _ => [
            "The IP address is banned for a security violation.",
            "IP 因安全违规被封禁。",
        ],
    };
    dice.pick(&choices)
}

//! Generates ECS' events.

use serde_json::{Value, json};

use super::event::{DISK_TYPES, ISOLATE_BY_REBOOT, REINIT_BY_REBOOT, is_planned};
use crate::{
    answer,
    event::{Course, Details, Event, NEVER, Phase},
    fleet::{
        generate::{Dice, HOUR, Window, phase},
        machine::made_up,
    },
    resource::Resource,
    time,
};

/// What a simulated event gives as its reason.
pub(super) const SIMULATED: &str = "A simulated event.";

/// The types that ask, in the order in which they are dealt.
const ASKING: [&str; 10] = [
    "SystemMaintenance.Redeploy",
    "SystemMaintenance.Reboot",
    "SystemFailure.Redeploy",
    ISOLATE_BY_REBOOT,
    "SystemMaintenance.IsolateErrorDisk",
    "SystemMaintenance.Redeploy",
    REINIT_BY_REBOOT,
    "SystemMaintenance.Reboot",
    "SystemMaintenance.CleanInactiveDisks",
    "SystemMaintenance.ReInitErrorDisk",
];

/// The types that are decided and wait for their time, likewise.
const WAITING: [&str; 8] = [
    "SystemMaintenance.Reboot",
    "SystemMaintenance.Redeploy",
    "InstanceExpiration.Stop",
    "SystemMaintenance.Stop",
    "SystemMaintenance.Reboot",
    "SystemUpgrade.Migrate",
    "AccountUnbalanced.Delete",
    "SystemMaintenance.StopAndRepair",
];

/// The types of the rest, likewise.
const TELLING: [&str; 16] = [
    "SystemFailure.Reboot",
    "SystemMaintenance.Reboot",
    "Stalled",
    "InstanceFailure.Reboot",
    "SystemMaintenance.Redeploy",
    "SecurityPunish.WebsiteBanned",
    "ErrorDetected",
    "SystemFailure.Stop",
    "Instance:PreemptibleInstanceInterruption",
    "SystemUpgrade.Migrate",
    "AccountUnbalanced.Stop",
    "Degraded",
    "SystemFailure.Delete",
    "SecurityPunish.Locked",
    "InstanceExpiration.Delete",
    "SeverelyDegraded",
];

const ZONES: [&str; 4] = [
    "cn-hangzhou-g",
    "cn-hangzhou-h",
    "cn-hangzhou-i",
    "cn-hangzhou-k",
];

/// Which machines have local disks is told by the last character of their ids.
const LOCAL: &[u8] = b"05az";
const NOT_LOCAL: &[u8] = b"1234bcdefgh";

/// Makes `count` events.
pub(super) fn generate(seed: u64, count: usize, now: i64, step: i64) -> Vec<Event> {
    let mut dice = Dice::new(seed, 0x0065_6373);
    let now = now - now.rem_euclid(1000);
    let mut dealt = [0_usize; 3];
    let mut last = None;
    (0..count)
        .map(|index| {
            let phase = match phase(index) {
                // There are two ways of not happening.
                Phase::Canceled if (index / 20) % 2 == 1 => Phase::Avoided,
                phase => phase,
            };
            let kind = deal(&mut dealt, phase);
            let instance = instance_id(&mut dice, kind, &mut last);
            event(&mut dice, kind, phase, &instance, now, step)
        })
        .collect()
}

fn deal(dealt: &mut [usize; 3], phase: Phase) -> &'static str {
    let [asking, waiting, telling] = dealt;
    let (counter, types): (_, &[&'static str]) = match phase {
        Phase::Inquiring => (asking, &ASKING),
        Phase::Scheduled | Phase::Canceled | Phase::Avoided => (waiting, &WAITING),
        Phase::Executing | Phase::Completed | Phase::Failed => (telling, &TELLING),
    };
    let kind = types.get(*counter % types.len());
    *counter += 1;
    kind.copied().unwrap_or("SystemMaintenance.Reboot")
}

/// The machine of an event: now and then one that has another event already, and one with local disks where it is about
/// such a disk.
fn instance_id(dice: &mut Dice, kind: &str, last: &mut Option<String>) -> String {
    let is_local = kind.contains("ErrorDisk") || kind == "ErrorDetected";
    match last.take() {
        Some(id) if dice.one_in(10) && (!is_local || has_local_disks(&id)) => id,
        _ => {
            let is_local = is_local || dice.one_in(3);
            let end = if is_local { LOCAL } else { NOT_LOCAL };
            let id = format!("i-bp1{}{}", dice.alphanumeric(16), dice.text(end, 1));
            *last = Some(id.clone());
            id
        }
    }
}

fn has_local_disks(instance_id: &str) -> bool {
    instance_id
        .bytes()
        .last()
        .is_some_and(|end| LOCAL.contains(&end))
}

/// The id of a machine's disk of this number; its first is that of the system.
pub(super) fn disk_id(instance_id: &str, number: u32) -> String {
    let rest = instance_id.strip_prefix("i-").unwrap_or(instance_id);
    format!("d-{rest}{number}")
}

/// Where a machine finds that disk.
pub(super) fn device(number: u32) -> String {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
    format!("/dev/vd{letter}")
}

/// The machine that an event is about, where it is about one.
pub(super) fn instance(event: &Event) -> Option<Resource> {
    if !event.resource_id.starts_with("i-") {
        return None;
    }
    let mut machine = made_up(&event.resource_id, &ZONES);
    machine.details.local_disks = u32::from(has_local_disks(&event.resource_id));
    Some(machine)
}

fn event(
    dice: &mut Dice,
    kind: &'static str,
    phase: Phase,
    instance: &str,
    now: i64,
    step: i64,
) -> Event {
    let window = Window::roll(dice, phase, now);
    let (resource_id, resource_type) = match kind {
        kind if DISK_TYPES.contains(&kind) => {
            let number = u32::from(kind == "ErrorDetected");
            (disk_id(instance, number), None)
        }
        "SystemUpgrade.Migrate" => {
            let id = format!("dh-bp1{}", dice.alphanumeric(17));
            (id, Some("ddh".to_owned()))
        }
        _ => (instance.to_owned(), None),
    };
    let attributes = attributes(dice, kind, phase, instance, now);
    let is_asking = phase == Phase::Inquiring;
    let first = is_planned(kind) && phase == Phase::Scheduled;
    Event {
        id: format!("e-bp1{}", dice.alphanumeric(17)),
        resource_id,
        kind: kind.into(),
        published: window.published,
        not_before: (!is_asking).then_some(window.not_before),
        not_after: None,
        // Some have been moved to an earlier time already.
        deadline: first.then(|| {
            let moved = if dice.one_in(4) {
                dice.between(2, 24)
            } else {
                0
            };
            window.not_before + moved * HOUR
        }),
        course: if is_asking {
            // An inquiry waits for ever.
            Course::Asking { until: NEVER }
        } else {
            window.course
        },
        past: Vec::new(),
        step,
        fails: phase == Phase::Failed || (phase != Phase::Completed && dice.one_in(25)),
        text: reason(kind).into(),
        details: Details {
            attributes,
            resource_type,
            ..Details::default()
        },
    }
}

fn attributes(
    dice: &mut Dice,
    kind: &str,
    phase: Phase,
    instance: &str,
    now: i64,
) -> Option<Value> {
    let mut attributes = match kind {
        kind if DISK_TYPES.contains(&kind) => {
            let number = u32::from(kind == "ErrorDetected");
            json!({"InstanceId": instance, "Device": device(number)})
        }
        kind if kind.contains("ErrorDisk") => json!({
            "DiskId": disk_id(instance, 1),
            "Device": device(1),
            "OnlineRepairPolicy": "IsolateOnly",
        }),
        "SystemMaintenance.CleanInactiveDisks" => json!({
            "InactiveDisks": {"InactiveDisk": [{
                "CreationTime": time::format(now - 900 * HOUR),
                "ReleaseTime": time::format(now + 200 * HOUR),
                "DeviceType": "data",
                "DeviceCategory": "local_ssd_pro",
                "DeviceSize": "894",
            }]},
        }),
        "SystemUpgrade.Migrate" => json!({
            "HostType": "ddh",
            "MigrationOptions": {"MigrationOption": ["live", "reboot"]},
        }),
        "SecurityPunish.WebsiteBanned" => json!({
            "PunishType": "ban",
            "PunishDomain": "www.example.com",
            "PunishUrl": "https://www.example.com/page",
        }),
        _ => json!({}),
    };
    if phase == Phase::Inquiring {
        // Some do not say whether they may be answered, and a few may not.
        match dice.between(0, 9) {
            0 => answer::set(&mut attributes, "CanAccept", "false"),
            1..=3 => {}
            _ => answer::set(&mut attributes, "CanAccept", "true"),
        }
    }
    (attributes != json!({})).then_some(attributes)
}

fn reason(kind: &str) -> &'static str {
    match kind {
        "SystemMaintenance.Reboot" => {
            "The host is to be maintained. The instance will be restarted."
        }
        "SystemMaintenance.Stop" => "The host is to be maintained. The instance will be stopped.",
        "SystemMaintenance.Redeploy" | "SystemFailure.Redeploy" => {
            "The host has a fault. Redeploy the instance to another host."
        }
        "SystemMaintenance.StopAndRepair" => {
            "The host is to be repaired. The instance will be stopped."
        }
        "SystemMaintenance.CleanInactiveDisks" => {
            "Isolated disks that are no longer used will be released."
        }
        "SystemUpgrade.Migrate" => {
            "The dedicated host is upgraded. Its instances will be migrated."
        }
        "SystemFailure.Reboot" => "The host has failed. The instance is being restarted.",
        "InstanceFailure.Reboot" => "操作系统异常，实例正在重启。",
        "SystemFailure.Stop" => "The host has failed. The instance is stopped.",
        "SystemFailure.Delete" => "The instance could not be created and is released.",
        "InstanceExpiration.Stop" | "InstanceExpiration.Delete" => "包年包月期限到期。",
        "AccountUnbalanced.Stop" | "AccountUnbalanced.Delete" => "The account is overdue.",
        "SecurityPunish.Locked" | "SecurityPunish.WebsiteBanned" => "存在违规内容。",
        "Instance:PreemptibleInstanceInterruption" => "The preemptible instance is reclaimed.",
        "Stalled" | "Degraded" | "SeverelyDegraded" => "The performance of the disk is impaired.",
        _ => "A local disk is damaged.",
    }
}

//! Generates Huawei's events.

use serde_json::{Value, json};

use super::event::TYPES;
use crate::{
    event::{Course, Details, Event, Phase},
    fleet::{
        generate::{DAY, Dice, HOUR, MINUTE, Window, phase},
        machine::made_up,
    },
    resource::Resource,
};

const ZONES: [&str; 4] = ["cn-north-4a", "cn-north-4b", "cn-north-4c", "cn-north-4g"];

/// Makes `count` events.
pub(super) fn generate(seed: u64, count: usize, now: i64, step: i64) -> Vec<Event> {
    let mut dice = Dice::new(seed, 0x6875_6177_6569);
    let now = now - now.rem_euclid(1000);
    let mut dealt = [0_usize; 2];
    let mut last_instance = None;
    (0..count)
        .map(|index| {
            let phase = phase(index);
            // Counted apart so that each type is met among the asking ones soon.
            let [asking, telling] = &mut dealt;
            let counter = if phase == Phase::Inquiring {
                asking
            } else {
                telling
            };
            let kind = TYPES
                .get(*counter % TYPES.len())
                .copied()
                .unwrap_or("system-maintenance");
            *counter += 1;
            let window = Window::roll(&mut dice, phase, now);
            let instance_id = match last_instance.take() {
                Some(id) if dice.one_in(10) => id,
                _ => dice.uuid(),
            };
            last_instance = Some(instance_id.clone());
            let mut event = Event {
                id: dice.uuid(),
                resource_id: instance_id,
                kind: kind.into(),
                published: window.published,
                not_before: Some(window.not_before),
                not_after: Some(window.not_after),
                deadline: Some(window.not_before),
                course: window.course,
                past: Vec::new(),
                step,
                fails: phase == Phase::Failed || (phase != Phase::Completed && dice.one_in(25)),
                text: description(&mut dice, kind).into(),
                details: Details {
                    options: options(&mut dice, kind),
                    source: source(&mut dice),
                    ..Details::default()
                },
            };
            give_room(&mut dice, &mut event, now);
            event
        })
        .collect()
}

/// The server that an event is about.
#[expect(
    clippy::unnecessary_wraps,
    reason = "other clouds have events of other things"
)]
pub(super) fn server(event: &Event) -> Option<Resource> {
    Some(made_up(&event.resource_id, &ZONES))
}

/// Sets the latest start apart from the start, where there is a choice of time left.
fn give_room(dice: &mut Dice, event: &mut Event, now: i64) {
    match event.course {
        Course::Asking { until } => {
            // The latest start is when the cloud goes ahead; the proposed one lies before it, or
            // there is none yet.
            event.deadline = Some(until);
            let proposed = (until - dice.between(1, 24) * HOUR).max(now + 30 * MINUTE);
            if dice.one_in(4) {
                (event.not_before, event.not_after) = (None, None);
            } else {
                event.not_before = Some(proposed);
                event.not_after = Some(proposed + 2 * HOUR);
            }
        }
        Course::Planned { start, .. } if start > now => {
            // As in the documented sample, some have no room left.
            if !dice.one_in(5) {
                event.deadline = Some(start + dice.between(2, 96) * HOUR);
            }
        }
        Course::Planned { start, .. } => event.deadline = Some(start + DAY),
        Course::Withdrawn { .. } => {}
    }
}

fn description(dice: &mut Dice, kind: &str) -> String {
    let (en, zh) = match kind {
        "instance-redeploy" => (
            "As being affected by underlying hardware or system OM, ECSs will be redeployed on new hosts",
            "受底层硬件或系统运维影响，云服务器将被重新部署到新的主机",
        ),
        "instance-migrate" => (
            "The host is being maintained. The ECS will be live migrated to another host",
            "主机维护，云服务器将被热迁移到其他主机",
        ),
        "instance-reboot" => (
            "The ECS must be restarted to complete a system repair",
            "云服务器需要重启以完成系统修复",
        ),
        "localdisk-recovery" => (
            "A local disk of the ECS is faulty and will be replaced. Data on the disk will be lost",
            "云服务器的本地盘故障，将更换磁盘，磁盘上的数据会丢失",
        ),
        "instance-stop" => (
            "The ECS will be stopped because the host is going out of service",
            "主机即将下线，云服务器将被停止",
        ),
        _ => (
            "System maintenance is planned for the host of the ECS",
            "云服务器所在主机计划进行系统维护",
        ),
    };
    match dice.between(0, 11) {
        0 => en.to_owned(),
        1..=3 => json!({"en-us": en}).to_string(),
        _ => json!({"en-us": en, "zh-cn": zh}).to_string(),
    }
}

fn options(dice: &mut Dice, kind: &str) -> Option<Value> {
    match kind {
        "localdisk-recovery" => Some(json!({
            "device": format!("/dev/nvme{}n1", dice.between(0, 7)),
            "wwn": format!("0x5000{}", dice.hex(12)),
            "serial_number": dice.alphanumeric(14).to_uppercase(),
            "resize_target_flavor_id": null,
            "migrate_policy": null,
            "executor": "platform",
        })),
        "instance-migrate" => Some(json!({
            "device": null,
            "wwn": null,
            "serial_number": null,
            "resize_target_flavor_id": dice.pick(&["c7.xlarge.2", "s7.large.4", "m7.2xlarge.8"]),
            "migrate_policy": "live",
            "executor": "platform",
        })),
        _ => None,
    }
}

fn source(dice: &mut Dice) -> Option<Value> {
    match dice.between(0, 9) {
        0 => None,
        1 => Some(json!({"type": "user", "host_scheduled_event_id": null})),
        _ => Some(json!({"type": "platform", "host_scheduled_event_id": dice.uuid()})),
    }
}

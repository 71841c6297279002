//! Messages in simplified Chinese.

use super::{CharacterClass, Kind, quoted};
use crate::action::{Action, DataLoss};
use crate::event::Restriction;
use crate::id::{IdFlaw, MAX_ID_CHARS};

pub(super) fn message(kind: &Kind<'_>, key: Option<&str>) -> String {
    match kind {
        Kind::InvalidJson { line, column, .. } => {
            format!("第 {line} 行第 {column} 列不是有效的 JSON")
        }
        Kind::WrongType { expected, found } => format!("类型应为 {expected}，实际为 {found}"),
        Kind::DuplicateKey => "键重复，请只保留一个".into(),
        Kind::UnknownField => "云厂商没有此字段".into(),
        Kind::ReservedField => "云厂商的保留字段，不会发送".into(),
        Kind::NeverSent => "这里从不发送此字段：它会使操作超出所需；请去掉".into(),
        Kind::Missing { assumed: None } => "缺少此项".into(),
        Kind::Missing {
            assumed: Some(assumed),
        } => match key {
            Some("DataPolicy" | "data_policy") => {
                format!("请选择：不选时云端按 `{assumed}` 处理，数据会被丢弃")
            }
            _ => format!("请选择：不选时云端按 `{assumed}` 处理"),
        },
        Kind::NoItems => "至少需要一项".into(),
        Kind::TooManyItems { max, length } => {
            format!("一次调用最多 {max} 项，这里有 {length} 项；请分开")
        }
        Kind::UnknownValue { allowed } => format!("必须是以下之一：{}", quoted(allowed, "、")),
        Kind::InvalidId { flaw, prefix } => id_flaw(*flaw, prefix),
        Kind::NotAnInteger => "必须是整数".into(),
        Kind::UnsafeInteger => "数值过大，无法精确表示；须在 ±(2^53 − 1) 之内".into(),
        Kind::OutOfRange { min, max } => format!("必须在 {min} 到 {max} 之间"),
        Kind::MalformedTime { expected } => format!("不是时间；请写成 `{expected}`"),
        Kind::InThePast { now } => format!("时间已过；现在是 {now}"),
        Kind::LooksLikeSeconds { millis } => format!("看起来是秒；换算成毫秒为 {millis}"),
        Kind::PastDeadline { deadline } => format!("必须早于截止时间 {deadline}"),
        Kind::NearDeadline { deadline } => format!("距截止时间 {deadline} 不足 30 分钟"),
        Kind::AfterCloudStart { start } => {
            format!("晚于云端自行开始的时间 {start}，届时云端会自行操作")
        }
        Kind::AfterFirstPlan { latest } => format!("不能晚于最初计划的时间 {latest}"),
        Kind::RangeInverted => "结束早于开始".into(),
        Kind::Duplicate { first } => format!("与第 {first} 项是同一事件"),
        Kind::DuplicateResource { first } => {
            format!("与第 {first} 项是同一资源，而请求不指明事件；请只保留一个")
        }
        Kind::PlanTimeWithImmediate => "不能与 `immediate` 同用；请去掉或改为 `scheduled`".into(),
        Kind::PasswordWithScheduled => "预约迁移不能设置密码；云端会随机生成".into(),
        Kind::PasswordLength { min, max, length } => {
            format!("须为 {min} 到 {max} 个字符，现有 {length} 个")
        }
        Kind::PasswordClasses { missing } => {
            let names: Vec<&str> = missing.iter().map(|class| class_name(*class)).collect();
            format!("还需要{}", names.join("、"))
        }
        Kind::PasswordRandom => "未设置密码时，云端会生成一个无人可见的随机密码".into(),
        Kind::LosesData {
            data_loss: DataLoss::Certain,
        } => "数据将会丢失".into(),
        Kind::LosesData { .. } => "数据可能丢失".into(),
        Kind::ActionTypeMismatch { action, event_type } => {
            format!("{}不适用于 `{event_type}` 类型的事件", action_name(*action))
        }
        Kind::ActionTypeUnverified { action, event_type } => format!(
            "云厂商未说明能否{} `{event_type}` 类型的事件",
            action_name(*action)
        ),
        Kind::ActionNotApplicable { action, state } => {
            format!("已无法{}：事件状态为 `{state}`", action_name(*action))
        }
        Kind::ActionStateUnverified { action, state } => {
            format!(
                "云厂商未说明事件处于 `{state}` 时能否{}",
                action_name(*action)
            )
        }
        Kind::ActionRestricted {
            action,
            restriction,
        } => restricted(*action, *restriction),
        Kind::NotForAction { action } => format!("对{}没有意义", action_name(*action)),
    }
}

fn restricted(action: Action, restriction: Restriction) -> String {
    match restriction {
        Restriction::Simulated => {
            let action = action_name(action);
            format!("这是模拟事件，但{action}会真实执行；请去掉此项")
        }
        Restriction::NoAgreement => "云端不接受对此事件的确认".into(),
        Restriction::NoInstance => {
            format!("此事件不针对实例，无法{}", action_name(action))
        }
        Restriction::NoAction => "云端不接受对此事件的任何操作".into(),
    }
}

fn action_name(action: Action) -> &'static str {
    match action {
        Action::Redeploy => "重新部署",
        Action::Migrate => "迁移",
        Action::Reboot => "重启",
        Action::Accept => "接受",
        Action::Reschedule => "改期",
    }
}

fn class_name(class: CharacterClass) -> &'static str {
    match class {
        CharacterClass::Uppercase => "大写字母",
        CharacterClass::Lowercase => "小写字母",
        CharacterClass::Digit => "数字",
    }
}

fn id_flaw(flaw: IdFlaw, prefix: &str) -> String {
    match flaw {
        IdFlaw::Empty => "不能为空".into(),
        IdFlaw::TooLong => format!("最多 {MAX_ID_CHARS} 个字符"),
        IdFlaw::ControlCharacter => "含有 ID 不允许的字符，例如换行".into(),
        IdFlaw::OddCharacter => "含有空白、不可见字符或全角字符".into(),
        IdFlaw::Prefix => format!("必须以 `{prefix}` 开头且其后有内容"),
        IdFlaw::Comma => "不能含逗号：多个 ID 以逗号连接".into(),
        IdFlaw::DotSegment => "不能是 `.` 或 `..`".into(),
    }
}

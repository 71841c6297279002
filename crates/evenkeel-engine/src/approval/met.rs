//! Which rules a batch meets, and why. What cannot be told counts as met.

use std::collections::HashMap;

use evenkeel::{Action, DataLoss, Event, Provider};
use evenkeel_api::{MetCondition, MetRule};
use evenkeel_store::{Db, StoreError, journal::NewItem};

use super::{Labels, Policy, Rule};

/// A batch, and what is known of what it is about.
pub(crate) struct Subject<'a> {
    pub(crate) account: &'a str,
    pub(crate) provider: Provider,
    pub(crate) action: Action,
    pub(crate) items: &'a [NewItem],
    /// Those that are known, of the account.
    pub(crate) events: &'a [Event],
    /// What the inventory says, by instance.
    pub(crate) labels: &'a Labels,
    /// ms since the Unix epoch.
    pub(crate) now: i64,
}

/// What an item may do to data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Risk {
    None,
    Some,
    /// Nobody can tell.
    Untold,
}

/// The rules that a batch meets by what is known now.
pub(crate) async fn met(
    policy: &Policy,
    store: &Db,
    of: (&str, Provider, Action),
    items: &[NewItem],
    now: i64,
) -> Result<Vec<MetRule>, StoreError> {
    if !policy.has_rules() {
        return Ok(Vec::new());
    }
    let (account, provider, action) = of;
    let ids: Vec<&str> = items.iter().map(|item| item.event_id.as_str()).collect();
    let events = store.events_by_id(account, &ids).await?;
    let own = items.iter().map(|item| item.resource_id.clone());
    let instances: Vec<String> = own
        .chain(events.iter().map(|event| event.resource_id.clone()))
        .filter(|id| !id.is_empty())
        .collect();
    let labels = store.inventory_labels(account, &instances).await?;
    Ok(policy.met(&Subject {
        account,
        provider,
        action,
        items,
        events: &events,
        labels: &labels,
        now,
    }))
}

impl Policy {
    /// The rules that a batch meets.
    pub(crate) fn met(&self, subject: &Subject<'_>) -> Vec<MetRule> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut events: HashMap<&str, Vec<&Event>> = HashMap::new();
        for event in subject.events {
            events.entry(event.id.as_str()).or_default().push(event);
        }
        let rules = self.rules.iter();
        rules
            .filter_map(|rule| {
                let because = rule.because(subject, &events)?;
                let texts: Vec<String> = because.iter().map(ToString::to_string).collect();
                Some(MetRule {
                    name: rule.name.clone(),
                    text: texts.join("; "),
                    because,
                })
            })
            .collect()
    }
}

impl Rule {
    /// What of it a batch meets, if it meets all.
    fn because(
        &self,
        subject: &Subject<'_>,
        events: &HashMap<&str, Vec<&Event>>,
    ) -> Option<Vec<MetCondition>> {
        let when = &self.when;
        let mut because = Vec::new();
        if !when.accounts.is_empty() {
            when.accounts
                .iter()
                .any(|account| account == subject.account)
                .then_some(())?;
            let account = subject.account.to_owned();
            because.push(MetCondition::Account { account });
        }
        if !when.actions.is_empty() {
            when.actions.contains(&subject.action).then_some(())?;
            let action = subject.action;
            because.push(MetCondition::Action { action });
        }
        let (mut items, mut untold) = (0_u64, 0_u64);
        let mut acts = Vec::new();
        let mut unlabelled: Vec<u64> = vec![0; when.labels.len()];
        for item in subject.items {
            let known = events
                .get(item.event_id.as_str())
                .map_or(&[][..], Vec::as_slice);
            let at = item.plan_at.unwrap_or(subject.now);
            if !self.is_at(at) {
                continue;
            }
            let risk = if when.data_at_risk {
                risk(item, known, subject)
            } else {
                Risk::Some
            };
            if risk == Risk::None {
                continue;
            }
            let Some(lacks) = self.labels_of(item, known, subject) else {
                continue;
            };
            items += 1;
            acts.push((at, instance(item, known, subject)));
            untold += u64::from(risk == Risk::Untold);
            for (count, lacks) in unlabelled.iter_mut().zip(lacks) {
                *count += u64::from(lacks);
            }
        }
        (items >= when.at_least_items.unwrap_or(1)).then_some(())?;
        if let Some(at_least) = when.down_at_once {
            let within_s = when.within_s.unwrap_or_default();
            let instances = most_at_once(acts, within_s);
            (instances >= at_least).then_some(())?;
            because.push(MetCondition::DownAtOnce {
                instances,
                within_s,
            });
        }
        if when.data_at_risk {
            because.push(MetCondition::DataAtRisk { items, untold });
        }
        for (key, unlabelled) in when.labels.keys().zip(unlabelled) {
            because.push(MetCondition::Label {
                key: key.clone(),
                items,
                unlabelled,
            });
        }
        let time_zone = when.time_zone.clone().unwrap_or_else(|| "UTC".to_owned());
        if !self.hours.is_empty() {
            because.push(MetCondition::Hours {
                hours: when.hours.clone(),
                time_zone: time_zone.clone(),
                items,
            });
        }
        if !self.dates.is_empty() {
            because.push(MetCondition::Dates {
                dates: when.dates.clone(),
                time_zone,
                items,
            });
        }
        if let Some(at_least) = when.at_least_items {
            because.push(MetCondition::Items { items, at_least });
        }
        if because.is_empty() {
            because.push(MetCondition::Always);
        }
        Some(because)
    }

    /// Whether something that acts at a moment acts at a time that it names.
    fn is_at(&self, at: i64) -> bool {
        let holds = self.hours.is_empty() || self.hours.iter().any(|it| it.hold(at, &self.zone));
        holds && (self.dates.is_empty() || self.dates.iter().any(|it| it.hold(at, &self.zone)))
    }

    /// The same of a moment, where it names times.
    pub(super) fn is_active(&self, now: i64) -> bool {
        self.is_at(now)
    }

    /// Whether an instance that an item is about has each label that it names, with one of the values: of each, whether it
    /// has none of that key, which counts as well.
    fn labels_of(
        &self,
        item: &NewItem,
        events: &[&Event],
        subject: &Subject<'_>,
    ) -> Option<Vec<bool>> {
        let instances = instances(item, events, subject);
        instances.into_iter().find_map(|instance| {
            let known = subject.labels.get(instance);
            let labels = self.when.labels.iter();
            let labels = labels.map(
                |(key, values)| match known.and_then(|known| known.get(key)) {
                    None => Some(true),
                    Some(value) => values.contains(value).then_some(false),
                },
            );
            labels.collect()
        })
    }
}

/// The instances that an item may be about. Where a call names the event, it is the event's, whatever the order says
/// beside it: of an event that nobody knows it is one that nobody knows.
fn instances<'s>(item: &'s NewItem, events: &[&'s Event], subject: &Subject<'_>) -> Vec<&'s str> {
    let said = item.resource_id.as_str();
    let events_own = || events.iter().map(|event| event.resource_id.trim());
    if subject.provider.acts_on_resource(subject.action) || events_own().any(|own| own == said) {
        return vec![said];
    }
    if events.is_empty() {
        return vec![""];
    }
    let said = Some(said).filter(|said| !said.is_empty());
    said.into_iter().chain(events_own()).collect()
}

/// The instance that goes down by an item; of an event that nobody knows it is one of its own.
fn instance<'s>(item: &'s NewItem, events: &[&'s Event], subject: &Subject<'_>) -> &'s str {
    let known = instances(item, events, subject).into_iter();
    let mut known = known.filter(|id| !id.is_empty());
    known.next().unwrap_or(&item.event_id)
}

/// The most instances that are down at a time, if each is for so long, in seconds, from when it is acted on.
fn most_at_once(mut acts: Vec<(i64, &str)>, within_s: u64) -> u64 {
    acts.sort_unstable();
    let within = i64::try_from(within_s.saturating_mul(1000)).unwrap_or(i64::MAX);
    let (mut down, mut most) = (HashMap::new(), 0);
    let mut first = acts.iter().peekable();
    for (at, id) in &acts {
        while let Some((_, up)) = first.next_if(|(since, _)| since.saturating_add(within) < *at) {
            if let Some(count) = down.get_mut(up) {
                *count -= 1;
                if *count == 0 {
                    down.remove(up);
                }
            }
        }
        *down.entry(id).or_insert(0_u64) += 1;
        most = most.max(down.len());
    }
    u64::try_from(most).unwrap_or(u64::MAX)
}

fn risk(item: &NewItem, events: &[&Event], subject: &Subject<'_>) -> Risk {
    let loses = |loss: DataLoss| loss != DataLoss::No;
    if let Some(policy) = item.data_policy {
        return if loses(policy.data_loss()) {
            Risk::Some
        } else {
            Risk::None
        };
    }
    let mut about = events
        .iter()
        .filter(|event| item.resource_id.is_empty() || event.resource_id == item.resource_id)
        .peekable();
    let loss_of = |kind| loses(subject.provider.data_loss(subject.action, kind));
    if about.peek().is_none() {
        // Of an event that nobody knows, the worst.
        return if loss_of(None) {
            Risk::Untold
        } else {
            Risk::None
        };
    }
    if about.any(|event| loss_of(Some(event.event_type.kind))) {
        Risk::Some
    } else {
        Risk::None
    }
}

#[cfg(test)]
mod tests;

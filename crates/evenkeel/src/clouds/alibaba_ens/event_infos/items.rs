//! The items one after the other, whatever they are read from: each is read, judged and let go.

use super::duplicates::Duplicates;
use super::field::ItemField;
use super::item_path::{self, EVENT_INFOS, ItemPath};
use super::raw_item::RawItem;
use super::reader::EventInfoReader;
use crate::cloud::Cloud;
use crate::clouds::alibaba_ens::AlibabaEns;
use crate::clouds::alibaba_ens::actions::BatchKind;
use crate::fields::wrong_type;
use crate::issue::IssueKind;
use crate::json::Step;
use crate::path::Path;
use crate::report::Collector;
use crate::rules::{ActionRules, Judge, Judged, Meaning, Named, Timing};

/// What is kept of each item that nothing is wrong with.
pub(super) struct ReadItem<'f> {
    pub(super) event_id: &'f str,
    pub(super) resource_id: &'f str,
    pub(super) meaning: Meaning,
    pub(super) password: Option<&'f str>,
}

pub(super) struct Items<'r, 'a> {
    judge: &'r Judge<'r, BatchKind>,
    fields: &'static [ItemField],
    raw_item: RawItem<'a>,
    duplicates: Duplicates<'a>,
    index: usize,
    issues: Collector,
}

/// What is known of keys that are no fields of the action's items.
pub(super) fn foreign(kind: BatchKind) -> impl Fn(&str) -> Option<IssueKind> {
    move |key| {
        let migrates = ItemField::ALL.iter().any(|field| field.name() == key);
        migrates.then(|| IssueKind::NotForAction {
            action: kind.action(),
        })
    }
}

impl<'r, 'a> Items<'r, 'a> {
    /// For about so many.
    pub(super) fn new(judge: &'r Judge<'r, BatchKind>, capacity: usize) -> Self {
        Self {
            judge,
            fields: ItemField::of(judge.act),
            raw_item: RawItem::default(),
            duplicates: Duplicates::with_capacity(capacity),
            index: 0,
            issues: Collector::default(),
        }
    }

    /// Takes an item that is no object.
    pub(super) fn other(&mut self, found: &'static str) {
        self.duplicates.skip();
        wrong_type(
            &mut self.issues,
            &item_path::item(self.index),
            "object",
            found,
        );
        self.index += 1;
    }

    /// Takes an object, as `read` reads it.
    #[inline]
    pub(super) fn object(
        &mut self,
        read: impl FnOnce(&mut RawItem<'a>, usize, &'static [ItemField], &mut Collector) -> Step<()>,
        keep: &mut dyn FnMut(ReadItem<'_>),
    ) -> Step<()> {
        let index = self.index;
        self.index += 1;
        let mark = self.issues.mark();
        read(&mut self.raw_item, index, self.fields, &mut self.issues)?;
        if let Some(first) = self.duplicates.first(&self.raw_item) {
            let path = ItemPath {
                index,
                field: ItemField::EventId,
            };
            self.issues
                .error_at(mark, &path, IssueKind::Duplicate { first });
        }
        if let Some(item) = self.judge(index) {
            keep(item);
        }
        Ok(())
    }

    /// Judges the item that has been read; what is to be kept of it.
    #[inline]
    fn judge(&mut self, index: usize) -> Option<ReadItem<'_>> {
        let Self {
            raw_item,
            judge,
            issues,
            ..
        } = self;
        let reader = EventInfoReader {
            raw_item,
            index,
            now: judge.now,
        };
        let event_id = reader.id(ItemField::EventId, AlibabaEns::EVENT_PREFIX, issues);
        let resource_id = reader.id(ItemField::ResourceId, AlibabaEns::RESOURCE_PREFIX, issues);
        let named = event_id.map(|id| Named {
            account: None,
            id,
            resource: resource_id,
        });
        let Judged { timing, meaning } = judge.item(&reader, named, issues);
        let password = reader.text(ItemField::Password, issues);
        let (now, later) = (Some(Timing::Now), Some(Timing::Later));
        let place = reader.at(ItemField::Password);
        judge.password(&place, &password, timing == now, timing == later, issues);
        Some(ReadItem {
            event_id: event_id?,
            resource_id: resource_id?,
            meaning: meaning?,
            password: password.given(),
        })
    }

    /// Every issue of all items.
    pub(super) fn end(mut self) -> Collector {
        if self.index == 0 {
            let path = Path::root().key(EVENT_INFOS);
            self.issues.error(&path, IssueKind::NoItems);
        }
        self.issues
    }
}

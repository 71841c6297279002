//! The look-ups by which a cloud tells of resources: names, zones, tags. They only read, and nothing waits for them.

use std::fmt;

use crate::http::{Request, Scope};
use crate::json::Node;
use crate::provider::Provider;
use crate::resource::ResourceRecord;

/// A look-up of a cloud's, as data: what is granted for it, how many ids a call takes, and how a call is written and
/// its answer read.
#[derive(Clone, Copy)]
pub struct ResourceLookup {
    /// The cloud's name of it.
    pub name: &'static str,
    /// The permission that it needs.
    pub permission: &'static str,
    /// What it is asked for.
    pub tells: Tells,
    /// How many ids a call takes.
    pub ids_per_call: usize,
    /// From how many ids on everything that the account has is asked for instead, page by page: there are fewer pages
    /// than calls then.
    pub all_from: Option<usize>,
    pub(crate) provider: Provider,
    /// Of ids that the cloud [has records of](Provider::has_resource_record), no more than a call takes; of everything
    /// where none is given.
    pub(crate) request: fn(&[String], Option<&str>, &Scope) -> Request,
    /// Of an answer to such a page; none where it has no list of resources.
    pub(crate) read: fn(&Node<'_>, Option<&str>) -> Option<ResourcePage>,
}

/// What a look-up is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// Names, and what may stand beside them.
    Names,
    /// Whether there are disks of the host. Each record is about one disk of a resource: what they come to only those
    /// [together](crate::LocalDisks::and) say, all of them.
    LocalDisks,
}

impl fmt::Debug for ResourceLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a call brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourcePage {
    /// What is told: of an id that is nobody's nothing, or nothing but the id. One resource may come in several
    /// parts, on several pages.
    pub records: Vec<ResourceRecord>,
    /// Asks for what follows. That it is the page itself says that what follows is not known.
    pub next: Option<String>,
}

impl ResourceLookup {
    /// The unsigned request for these, or for the page of them that follows another.
    #[must_use]
    pub fn request(&self, ids: &[String], page: Option<&str>, scope: &Scope) -> Request {
        let ids = ids.get(..self.ids_per_call).unwrap_or(ids);
        (self.request)(ids, page, scope)
    }

    /// The unsigned request for everything that the account has, or for a further page of it.
    #[must_use]
    pub fn request_all(&self, page: Option<&str>, scope: &Scope) -> Request {
        (self.request)(&[], page, scope)
    }
}

/// A text that says something.
pub(crate) fn said(node: &Node<'_>, key: &str) -> Option<String> {
    let text = node.text(key)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

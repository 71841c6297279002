//! The operations of all clouds as one type.

use crate::cloud::{ActOperation, Cloud, CloudOperation, ListOperation, OperationOf};
use crate::clouds::{CloudAction, error_answer};
use crate::event::ListedEvent;
use crate::facts::OptionalList;
use crate::http::{Request, Response, Scope};
use crate::issue::IssueKind;
use crate::item::BatchItem;
use crate::json::{SyntaxError, locate};
use crate::outcome::Outcome;
use crate::page::{Cursor, ListPage, Listed};
use crate::password::{Password, Secrets};
use crate::path::Path;
use crate::provider::{OperationName, Provider, clouds};
use crate::provider_error::ResponseError;
use crate::report::{Checked, Collector, Issue, Report, Severity};
use crate::rules::{ActionRules, Rules};
use crate::time::Timestamp;

/// A checked operation: it cannot fail to build its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation(AnyOperation);

macro_rules! any_operation {
    ($($(#[$doc:meta])* $cloud:ident $name:literal $feature:literal $type:ty,)*) => {
        /// An operation of one of the clouds.
        #[derive(Debug, Clone, PartialEq, Eq)]
        enum AnyOperation {
            $(#[cfg(feature = $feature)] $cloud(OperationOf<$type>),)*
        }

        /// Evaluates an expression for an operation, whichever cloud has it.
        macro_rules! any {
            ($operation:expr, $it:ident => $body:expr) => {
                match &$operation.0 {
                    $(#[cfg(feature = $feature)] AnyOperation::$cloud($it) => $body,)*
                }
            };
        }

        /// The same of a list that gives another one of that cloud, or none.
        macro_rules! another_list {
            ($operation:expr, $it:ident => $body:expr) => {
                match &$operation.0 {
                    $(#[cfg(feature = $feature)] AnyOperation::$cloud(operation) => {
                        let list = operation.as_list().and_then(|$it| $body);
                        list.map(CloudOperation::List).map(AnyOperation::$cloud).map(Operation)
                    })*
                }
            };
        }

        impl Operation {
            /// The calls for items, each with how many it carries.
            pub(crate) fn calls(
                action: CloudAction,
                items: &[BatchItem],
                items_per_call: usize,
                password: Option<&Password>,
            ) -> Vec<(Self, usize)> {
                match action {
                    $(#[cfg(feature = $feature)] CloudAction::$cloud(act) => {
                        <$type>::calls(act, items, items_per_call, password)
                            .into_iter()
                            .map(|(call, count)| {
                                let call = CloudOperation::Act(call);
                                (Self(AnyOperation::$cloud(call)), count)
                            })
                            .collect()
                    })*
                }
            }
        }

        /// Evaluates an expression for the operations of a provider's cloud, which it names together
        /// with what makes an [`Operation`] of one.
        macro_rules! of_provider {
            ($provider:expr, $type_name:ident, $wrap:ident => $body:expr) => {
                match $provider {
                    $(#[cfg(feature = $feature)] Provider::$cloud => {
                        type $type_name = $type;
                        let $wrap = |operation| Operation(AnyOperation::$cloud(operation));
                        $body
                    })*
                }
            };
        }
    };
}
clouds!(any_operation);

/// The first page of the list of an account's events.
#[must_use]
pub fn first_page(provider: Provider, page_size: u32) -> Operation {
    of_provider!(provider, C, wrap => wrap(CloudOperation::List(C::first_page(page_size))))
}

/// The first page of each list of what an account has: its events, and what else there is at the cloud.
#[must_use]
pub fn first_pages(provider: Provider, page_size: u32) -> Vec<Operation> {
    let mut pages = vec![first_page(provider, page_size)];
    of_provider!(provider, C, wrap => {
        let further = C::further_lists(page_size).into_iter();
        pages.extend(further.map(CloudOperation::List).map(wrap));
    });
    pages
}

/// What there is to tell of the lists of an account that the rest can be read without, each once.
#[must_use]
pub fn optional_lists(provider: Provider) -> Vec<&'static OptionalList> {
    let mut lists: Vec<&'static OptionalList> = Vec::new();
    for list in first_pages(provider, 1)
        .iter()
        .filter_map(Operation::optional)
    {
        if !lists.contains(&list) {
            lists.push(list);
        }
    }
    lists
}

/// The lists that show events, named by id and resource, and maybe others. What cannot stand in a list
/// is left out: its event cannot be looked up.
#[must_use]
pub fn lookups(provider: Provider, events: &[(&str, &str)]) -> Vec<Operation> {
    of_provider!(provider, C, wrap => {
        C::lookups(events).into_iter().map(CloudOperation::List).map(wrap).collect()
    })
}

/// The lists that show the open [simulated events](crate::Simulation) of instances, and maybe others; of all where none
/// is named. What cannot stand in a list is left out.
#[must_use]
pub fn simulated_lists(provider: Provider, instances: &[String]) -> Vec<Operation> {
    of_provider!(provider, C, wrap => {
        C::simulated(instances).into_iter().map(CloudOperation::List).map(wrap).collect()
    })
}

/// What the answer of a list has.
const LIST: &str = "list of events";

impl Operation {
    /// Checks parameters spelled as the provider spells them, as JSON text.
    ///
    /// # Errors
    /// Every issue at once.
    pub fn parse_json(
        name: OperationName,
        bytes: &[u8],
        rules: &Rules<'_>,
    ) -> Result<Checked<Self>, Report> {
        utf8(bytes)
            .and_then(|text| Self::parse(name, text, rules))
            .unwrap_or_else(|error| {
                Err(Report {
                    issues: vec![not_json(&error)],
                })
            })
    }

    /// Checks as [`Self::parse_json`] does and gives the issues alone: quicker, nothing is kept.
    #[must_use]
    pub fn check_json(name: OperationName, bytes: &[u8], rules: &Rules<'_>) -> Vec<Issue> {
        let issues = utf8(bytes).and_then(|text| {
            of_provider!(name.provider(), C, _wrap => OperationOf::<C>::check(name, text, rules))
        });
        issues.map_or_else(|error| vec![not_json(&error)], Collector::into_issues)
    }

    /// Checks a batch's items as a caller packs them that has them as values ([`crate::PACKED_INPUT`]):
    /// the texts in them, and the rest as bytes. None for an operation that has no items, or where
    /// they are not packed as they should be.
    #[must_use]
    pub fn check_packed(
        name: OperationName,
        shape: &[u8],
        text: &[u8],
        rules: &Rules<'_>,
    ) -> Option<Vec<Issue>> {
        let text = simdutf8::basic::from_utf8(text).ok()?;
        of_provider!(name.provider(), C, _wrap => {
            name.action().and_then(ActionRules::of).and_then(|act| {
                <C as Cloud>::Call::check_packed(act, shape, text, rules)
            })
        })
        .map(Collector::into_issues)
    }

    fn parse(
        name: OperationName,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<Result<Checked<Self>, Report>, SyntaxError> {
        let (value, issues) = of_provider!(name.provider(), C, wrap => {
            let (value, issues) = OperationOf::<C>::parse(name, text, rules)?;
            (value.map(wrap), issues)
        });
        Ok(issues.finish(value))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> OperationName {
        any!(self, operation => operation.name())
    }

    /// The unsigned request.
    #[must_use]
    pub fn request(&self, scope: &Scope) -> Request {
        self.build(scope, Secrets::Reveal)
    }

    /// The request as it may be shown: a password is masked.
    #[must_use]
    pub fn preview(&self, scope: &Scope) -> Request {
        self.build(scope, Secrets::Mask)
    }

    fn build(&self, scope: &Scope, secrets: Secrets) -> Request {
        any!(self, operation => operation.request(scope, secrets))
    }

    /// The parameters as JSON again, spelled as the provider spells them; holds the password.
    #[must_use]
    pub fn params_json(&self) -> String {
        any!(self, operation => operation.params_json())
    }

    /// Reads the answer of a list.
    ///
    /// # Errors
    /// The cloud's refusal, which may come with 200, or why the answer cannot be read; for a success
    /// of an operation that is no list always the latter.
    pub fn page(&self, scope: &Scope, response: &Response) -> Result<ListPage, ResponseError> {
        let mut events = Vec::new();
        let listed = self.list(response, &response.text(), &mut |event| {
            events.push(event.to_event(&scope.account));
        })?;
        Ok(ListPage {
            events: events.split_off(events.len().saturating_sub(listed.count)),
            next: listed.next,
            repeats: listed.repeats,
            total: listed.total,
            request_id: listed.request_id,
        })
    }

    /// Reads the answer of a list, whose body is `text`, and shows its events to `each`, one after
    /// the other: nothing is copied that it does not copy.
    ///
    /// # Errors
    /// As [`Self::page`]; `each` may have seen events then.
    pub fn list<'a>(
        &self,
        response: &'a Response,
        text: &'a str,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Listed, ResponseError> {
        let error = |lacks| error_answer::parse(self.name().provider(), response, lacks);
        if !(200..300).contains(&response.status) {
            return Err(error("error code"));
        }
        let request_id = error_answer::header_request_id(response);
        let listed = any!(self, operation => {
            operation.as_list().map(|list| list.list(text, request_id, each))
        });
        let Some(listed) = listed else {
            return Err(error_answer::lacks(response, request_id, LIST));
        };
        listed
            .map_err(|why| error_answer::not_json(response, &why))?
            // A failure that comes with 200 says so where the list would be.
            .ok_or_else(|| error(LIST))
    }

    /// What there is to tell of it, where it is a list that the rest of an account can be read without.
    #[must_use]
    pub fn optional(&self) -> Option<&'static OptionalList> {
        any!(self, operation => operation.as_list().and_then(ListOperation::optional))
    }

    /// The same list from its first page on, of events published from one time to another, both
    /// included; `None` where the cloud has no such filter.
    #[must_use]
    pub fn published(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<Self> {
        another_list!(self, list => list.published(since, until))
    }

    /// The operation that reads the page after `page`.
    #[must_use]
    pub fn next(&self, page: &ListPage) -> Option<Self> {
        self.after(page.next.as_ref()?, page.events.len())
    }

    /// The operation that reads the page that begins there, after a page with so many events.
    #[must_use]
    pub fn after(&self, cursor: &Cursor, came: usize) -> Option<Self> {
        another_list!(self, list => list.page_at(cursor, came))
    }

    /// Event id and resource id of each item that it acts on; none of a list.
    pub(crate) fn targets(&self) -> Option<Vec<(String, String)>> {
        any!(self, operation => operation.targets())
    }

    /// What a success's answer says of each of the items.
    pub(crate) fn outcomes(
        &self,
        targets: &[(String, String)],
        response: &Response,
    ) -> Vec<Outcome> {
        any!(self, operation => operation.outcomes(targets, response))
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, SyntaxError> {
    simdutf8::basic::from_utf8(bytes).map_err(|_| {
        // Which does not tell where.
        let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        let valid = bytes.get(..valid).unwrap_or_default();
        let text = std::str::from_utf8(valid).unwrap_or_default();
        locate(text, text.len(), "bytes that are not UTF-8")
    })
}

fn not_json(error: &SyntaxError) -> Issue {
    Issue {
        path: Path::root(),
        kind: IssueKind::InvalidJson {
            line: error.line,
            column: error.column,
            detail: error.detail,
        },
        severity: Severity::Error,
        nearest: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_asks_for_all_events_that_can_stand_in_a_list_each_once() {
        let events = [
            ("e-1", "i-1"),
            ("e-2", "i-2"),
            ("e-2", "i-2"),
            ("e-3", "i-3,x"),
        ];
        let query = |operation: &Operation| operation.request(&Scope::default()).query;
        let by_resource = lookups(Provider::Ens, &events);
        let [by_resource] = &by_resource[..] else {
            panic!("{by_resource:?}");
        };
        let resources = ("ResourceIds".to_owned(), "i-1,i-2".to_owned());
        assert!(query(by_resource).contains(&resources));
        let by_event = lookups(Provider::HuaweiEcs, &events);
        let ids: Vec<_> = by_event.iter().flat_map(query).collect();
        let id = |id: &str| ("id".to_owned(), id.to_owned());
        assert_eq!(ids, [id("e-1"), id("e-2"), id("e-3")]);
        assert!(lookups(Provider::Ens, &[("e-1", "i-1,x")]).is_empty());
    }
}

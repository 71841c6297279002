//! Maintenance events of several clouds: request building, validation and answer parsing, without
//! I/O and without a clock.
//!
//! A list is read with [`first_page`] → [`Operation::request`] → (send it) → [`Operation::page`] →
//! [`Operation::next`]. Acting goes [`BatchDraft`] → [`Batch::parse`] → [`Batch::chunks`] → (send
//! each) → [`Chunk::judge`], which gives one [`Outcome`] an item.
//!
//! ```
//! use evenkeel::{Operation, OperationName, Rules, Timestamp};
//!
//! let rules = Rules::at("2026-11-22T12:00:00Z".parse()?);
//! let report = Operation::parse_json(
//!     OperationName::BatchEventMigrateInstance,
//!     br#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"scheduled","PlanTime":1795368600}]}"#,
//!     &rules,
//! )
//! .unwrap_err();
//! let codes: Vec<_> = report.issues.iter().map(|i| format!("{} {}", i.path, i.code())).collect();
//! assert_eq!(
//!     codes,
//!     ["EventInfos[0].PlanTime looks_like_seconds", "EventInfos[0].DataPolicy missing"]
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(
    not(feature = "all-clouds"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "what clouds share is there, whichever of them a build has"
    )
)]

mod action;
mod answer;
mod batch;
mod body;
mod byte_scan;
mod cloud;
mod clouds;
mod description;
mod event;
mod facts;
mod fields;
mod http;
mod id;
mod index_by_key;
mod issue;
mod item;
pub mod json;
mod judgement;
mod locate;
mod number;
#[cfg(feature = "openapi")]
pub mod openapi;
mod operation;
mod outcome;
mod page;
mod password;
mod path;
mod provider;
mod provider_error;
mod quote;
mod report;
mod resource;
mod resource_lookup;
mod rules;
pub mod schema;
mod simulation;
mod time;
mod unexpected_keys;
pub mod visible;
mod wire_names;

pub(crate) use wire_names::wire_names;

pub use action::{Action, ActionOffer, Applies, DataLoss, DataPolicy, Down};
pub use batch::{Batch, BatchDraft, Chunk, ItemDraft};
pub use body::Object;
// What is public of the clouds: of one of them, where a build has it.
pub use clouds::*;
pub use event::{
    Event, EventKind, EventType, ListedEvent, ListedTime, Restriction, Standing, State, StateKind,
};
pub use facts::{
    AnswerMember, ChoiceMembers, CloudFacts, OptionalList, SigningScheme, TimeLimit, Unanswered,
};
pub use http::{Method, Request, Response, Scope};
pub use id::{EventId, IdFlaw, MAX_ID_CHARS, ProjectId, ResourceId};
pub use index_by_key::seed_hashes_from;
pub use issue::{CharacterClass, DataSink, IssueKind, Kind, Locale, message_from_json};
pub use item::{BatchItem, When};
pub use judgement::Judgement;
pub use locate::{Span, locate, locate_path};
pub use operation::{Operation, first_page, first_pages, lookups, optional_lists, simulated_lists};
pub use outcome::Outcome;
pub use page::{Cursor, ListPage, Listed};
pub use password::{MASK, PASSWORD_CHARS, Password};
pub use path::{Path, Segment, Step};
pub use provider::{OperationName, Provider};
pub use provider_error::{ErrorClass, KeyFlaw, ProviderError, ResponseError};
pub use quote::shows_token;
pub use report::{Checked, Issue, LocalizedIssue, Nearest, Report, Severity};
pub use resource::{LocalDisks, ResourceRecord};
pub use resource_lookup::{ResourceLookup, ResourcePage, Tells};
pub use rules::Rules;
pub use simulation::{SimulatedEvents, SimulatedType, Simulation, SimulationCall, SimulationFlaw};
pub use time::{Timestamp, TimestampError};
pub use wire_names::UnknownName;

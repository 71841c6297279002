//! Describes the shapes of the core for the description of an API that has them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    ActionOffer, Event, EventType, Password, Provider, Restriction, State, Timestamp, When,
};

/// Describes a word of a list.
#[must_use]
pub fn one_of(names: &[&str]) -> RefOr<Schema> {
    let words = ObjectBuilder::new().schema_type(Type::String);
    words.enum_values(Some(names.iter().copied())).into()
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A time in UTC, to the ms"))
            .examples(["2026-11-24T01:30:00Z"])
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }
}

impl PartialSchema for Password {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .write_only(true)
            .description(Some(
                "The new password of the instances; it is in no answer",
            ))
            .into()
    }
}

impl ToSchema for Password {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Password")
    }
}

impl PartialSchema for When {
    fn schema() -> RefOr<Schema> {
        let at = ObjectBuilder::new()
            .property("at", Ref::from_schema_name(Timestamp::name()))
            .required("at")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        let when = OneOfBuilder::new().item(one_of(&["now"])).item(at);
        when.description(Some("Now, or at a time")).into()
    }
}

impl ToSchema for When {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("When")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Timestamp::name().into_owned(), Timestamp::schema()));
    }
}

/// An event as its JSON is written and read (`clouds/event/json.rs`).
#[derive(ToSchema)]
#[allow(dead_code, reason = "it is described, never made")]
struct EventShape {
    account: String,
    provider: Provider,
    /// As the cloud names it
    id: String,
    resource_id: String,
    #[schema(rename = "type")]
    event_type: EventType,
    state: State,
    level: Option<String>,
    published_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
    not_after: Option<Timestamp>,
    /// The last moment for which a time may be asked
    deadline: Option<Timestamp>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    /// Texts by locale; `und` where the cloud says none
    description: BTreeMap<String, String>,
    source: Option<String>,
    restriction: Option<Restriction>,
    /// What the cloud said, whole, as JSON; empty in a list
    raw: String,
    /// What can be done about it now
    actions: Vec<ActionOffer>,
}

impl PartialSchema for Event {
    fn schema() -> RefOr<Schema> {
        EventShape::schema()
    }
}

impl ToSchema for Event {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Event")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        EventShape::schemas(schemas);
    }
}

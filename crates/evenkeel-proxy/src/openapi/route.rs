//! Describes one route: what it takes, and what it answers.

use evenkeel_api::headers;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, HttpMethod, KnownFormat, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder,
        Schema, SchemaFormat, SecurityRequirement, Type,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
    },
};

/// What is told of every refusal, by its name in the document.
pub(super) const REFUSED: &str = "Refused";
/// The ways to show who one is, by their names in the document.
pub(super) const TOKEN: &str = "token";
pub(super) const SESSION: &str = "session";

pub(super) type Named = (String, RefOr<Schema>);

/// A route as it is described.
pub(super) struct Route {
    path: String,
    method: HttpMethod,
    operation: OperationBuilder,
    schemas: Vec<Named>,
}

impl Route {
    pub(super) fn get(id: &str, path: String, summary: &str) -> Self {
        Self::new(HttpMethod::Get, id, path, summary)
    }

    /// One that takes a JSON object: what says nothing else takes an empty one, or nothing.
    pub(super) fn post(id: &str, path: String, summary: &str) -> Self {
        Self::new(HttpMethod::Post, id, path, summary)
    }

    fn new(method: HttpMethod, id: &str, path: String, summary: &str) -> Self {
        let refused = Ref::from_response_name(REFUSED);
        let mut operation = OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(summary))
            .security(SecurityRequirement::new::<_, [&str; 0], &str>(TOKEN, []))
            .security(SecurityRequirement::new::<_, [&str; 0], &str>(SESSION, []))
            .response("default", RefOr::Ref(refused));
        for name in segments(&path) {
            operation = operation.parameter(segment(name));
        }
        Self {
            path,
            method,
            operation,
            schemas: Vec::new(),
        }
    }

    /// Nobody has to be logged in for it.
    pub(super) fn for_everybody(mut self) -> Self {
        self.operation = self.operation.securities(None::<[SecurityRequirement; 0]>);
        self
    }

    pub(super) fn query(self, name: &str, schema: impl Into<RefOr<Schema>>, what: &str) -> Self {
        self.parameter(name, ParameterIn::Query, Required::False, schema, what)
    }

    /// It does one thing, however often it is asked.
    pub(super) fn once(self) -> Self {
        let key = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(128));
        let what = "Makes it one, however often it is sent: of its own for each wish";
        self.parameter(
            headers::IDEMPOTENCY_KEY,
            ParameterIn::Header,
            Required::True,
            key,
            what,
        )
    }

    fn parameter(
        mut self,
        name: &str,
        place: ParameterIn,
        required: Required,
        schema: impl Into<RefOr<Schema>>,
        what: &str,
    ) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(what))
            .schema(Some(schema))
            .build();
        self.operation = self.operation.parameter(parameter);
        self
    }

    pub(super) fn takes<T: ToSchema>(mut self) -> Self {
        let content = content::<T>(&mut self.schemas);
        let body = RequestBodyBuilder::new()
            .content("application/json", content)
            .required(Some(Required::True))
            .build();
        self.operation = self.operation.request_body(Some(body));
        self
    }

    /// An object that only the operation that it is for can describe.
    pub(super) fn takes_an_object(mut self, what: &str) -> Self {
        let body = RequestBodyBuilder::new()
            .description(Some(what))
            .content("application/json", Content::new(Some(ObjectBuilder::new())))
            .required(Some(Required::True))
            .build();
        self.operation = self.operation.request_body(Some(body));
        self
    }

    pub(super) fn answers<T: ToSchema>(mut self, status: u16, what: &str) -> Self {
        let content = content::<T>(&mut self.schemas);
        self.answers_with(status, what, Some(("application/json", content)))
    }

    /// To where the `location` says.
    pub(super) fn sends_on(self, what: &str) -> Self {
        self.answers_with(303, what, None)
    }

    pub(super) fn answers_nothing(self, what: &str) -> Self {
        self.answers_with(204, what, None)
    }

    /// What is no JSON of ours.
    pub(super) fn answers_as(
        self,
        content_type: &str,
        schema: impl Into<RefOr<Schema>>,
        what: &str,
    ) -> Self {
        let content = Content::new(Some(schema));
        self.answers_with(200, what, Some((content_type, content)))
    }

    fn answers_with(mut self, status: u16, what: &str, content: Option<(&str, Content)>) -> Self {
        let mut response = ResponseBuilder::new().description(what);
        if let Some((content_type, content)) = content {
            response = response.content(content_type, content);
        }
        self.operation = self.operation.response(status.to_string(), response);
        self
    }

    /// A shape that another one has as its parameter: that does not bring it along.
    pub(super) fn has<T: ToSchema>(mut self) -> Self {
        describe::<T>(&mut self.schemas);
        self
    }

    pub(super) fn into_parts(self) -> (String, HttpMethod, Operation, Vec<Named>) {
        (self.path, self.method, self.operation.build(), self.schemas)
    }
}

/// A body of a shape, which is described among the others.
pub(super) fn content<T: ToSchema>(schemas: &mut Vec<Named>) -> Content {
    let name = describe::<T>(schemas);
    Content::new(Some(Ref::from_schema_name(name)))
}

fn describe<T: ToSchema>(schemas: &mut Vec<Named>) -> String {
    let name = T::name().into_owned();
    T::schemas(schemas);
    schemas.push((name.clone(), <T as PartialSchema>::schema()));
    name
}

/// The names of the segments of a path that stand for something.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn segment(name: &str) -> Parameter {
    let (schema, what) = match name {
        "account" => (text(), "The id of an account"),
        "index" => (
            number(0, u32::MAX.into()),
            "The place of an item in its batch, from 0",
        ),
        "event_id" => (text(), "An event as its cloud names it"),
        "operation" => (text(), "A read-only operation as the cloud names it"),
        _ => (text(), "What it is called"),
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(what))
        .schema(Some(schema))
        .build()
}

/// Describes a text.
pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// Describes a whole number within bounds.
pub(super) fn number(least: u64, most: u64) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(least))
        .maximum(Some(most))
}

//! Describes a cloud to those who need no more than its names: fault plans, counts and the log.

/// The names of a simulated cloud, and what can be called there.
#[derive(Debug)]
pub(crate) struct Provider {
    /// Its name in JSON: in fault plans, counts and the log, and of its section in a state document.
    pub(crate) name: &'static str,
    /// Its name in the middle of a sentence.
    pub(crate) short: &'static str,
    pub(crate) operations: &'static [Operation],
}

impl Provider {
    /// The operation of this name.
    pub(crate) fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name == name)
    }
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Lists events, and changes nothing.
    Lists,
    /// Tells of machines, and changes nothing.
    LooksUp,
    /// Changes one event.
    Acts,
    /// Changes several events, and answers with one result for each.
    ActsOnSeveral,
}

/// One operation of a cloud, as far as faults, counts and the log look at it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The cloud's own name for it.
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    /// Whether its answer has a body, and not a status alone.
    pub(crate) answers_with_body: bool,
    /// Whether its documented sample has resource ids that end in a line break.
    pub(crate) pads_resource_ids: bool,
}

impl Operation {
    /// Whether it changes something.
    pub(crate) fn acts(&self) -> bool {
        matches!(self.effect, Effect::Acts | Effect::ActsOnSeveral)
    }

    /// Whether it lists events.
    pub(crate) fn lists(&self) -> bool {
        self.effect == Effect::Lists
    }

    /// Whether it takes several events at once.
    pub(crate) fn is_batch(&self) -> bool {
        self.effect == Effect::ActsOnSeveral
    }
}

//! What keeps actions from an event although its type and state would take them.

/// Why an event takes no action, or not every one that its type and state would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Restriction {
    /// It is a rehearsal: nothing is going to happen, but an act on its resource is a real one.
    Simulated,
    /// The cloud takes no agreement to it.
    NoAgreement,
    /// It is about no instance: what acts on one does not go with it.
    NoInstance,
    /// Both of the above: nothing can be done.
    NoAction,
}

crate::wire_names! {
    Restriction {
        Simulated => "simulated", NoAgreement => "no_agreement", NoInstance => "no_instance",
        NoAction => "no_action",
    }
}

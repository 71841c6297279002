//! The one list of clouds and of their operations, by name. What a cloud does is [`crate::clouds`]' to say.

use crate::action::Action;

/// Hands the list of clouds to a macro: the variant of [`Provider`], its name and its documentation, and
/// the type that implements [`crate::cloud::Cloud`].
macro_rules! clouds {
    ($then:ident) => {
        $then! {
            /// Alibaba Cloud Edge Node Service.
            Ens "ens" $crate::clouds::alibaba_ens::AlibabaEns,
            /// Huawei Cloud Elastic Cloud Server.
            HuaweiEcs "huawei-ecs" $crate::clouds::huawei_ecs::HuaweiEcs,
        }
    };
}
pub(crate) use clouds;

macro_rules! providers {
    ($($(#[$doc:meta])* $cloud:ident $name:literal $type:ty,)*) => {
        /// A cloud.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Provider {
            $($(#[$doc])* $cloud,)*
        }

        crate::names! { Provider { $($cloud => $name),* } }
    };
}
clouds!(providers);

macro_rules! operations {
    ($($(#[$doc:meta])* $operation:ident $name:literal $cloud:ident $action:expr;)*) => {
        /// An operation by the cloud's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum OperationName {
            $($(#[$doc])* $operation,)*
        }

        crate::names! { OperationName { $($operation => $name),* } }

        impl OperationName {
            /// The cloud that has it.
            #[must_use]
            pub fn provider(self) -> Provider {
                match self { $(Self::$operation => Provider::$cloud,)* }
            }

            /// The action it carries out; a list has none.
            #[must_use]
            pub fn action(self) -> Option<Action> {
                match self { $(Self::$operation => $action,)* }
            }
        }
    };
}
operations! {
    /// ENS: the list.
    DescribeHistoryEvents "DescribeHistoryEvents" Ens None;
    /// ENS: redeploy.
    BatchEventRedeployInstance "BatchEventRedeployInstance" Ens Some(Action::Redeploy);
    /// ENS: migrate.
    BatchEventMigrateInstance "BatchEventMigrateInstance" Ens Some(Action::Migrate);
    /// ENS: reboot.
    BatchEventRebootInstance "BatchEventRebootInstance" Ens Some(Action::Reboot);
    /// Huawei: the list.
    ListScheduledEvents "ListScheduledEvents" HuaweiEcs None;
    /// Huawei: accept.
    AcceptScheduledEvent "AcceptScheduledEvent" HuaweiEcs Some(Action::Accept);
    /// Huawei: reschedule.
    UpdateScheduledEvent "UpdateScheduledEvent" HuaweiEcs Some(Action::Reschedule);
}

impl OperationName {
    /// Whether it changes something in the cloud.
    #[must_use]
    pub fn is_mutating(self) -> bool {
        self.action().is_some()
    }

    /// The names of the operations that list events.
    pub const LISTS: &'static [&'static str] = &["DescribeHistoryEvents", "ListScheduledEvents"];
}

//! The one list of clouds and of their operations, by name. What a cloud does is [`crate::clouds`]' to say.

use crate::action::Action;

#[cfg(not(any(
    feature = "alibaba-ecs",
    feature = "alibaba-ens",
    feature = "huawei-ecs"
)))]
compile_error!("a build without a cloud: choose one at least, each is a feature of `evenkeel`");

/// Hands the list of clouds to a macro: the variant of [`Provider`], its name and its documentation, the feature
/// that it is built with, and the type that implements [`crate::cloud::Cloud`].
macro_rules! clouds {
    ($then:ident) => {
        $then! {
            /// Alibaba Cloud Edge Node Service.
            Ens "ens" "alibaba-ens" $crate::clouds::alibaba_ens::AlibabaEns,
            /// Huawei Cloud Elastic Cloud Server.
            HuaweiEcs "huawei-ecs" "huawei-ecs" $crate::clouds::huawei_ecs::HuaweiEcs,
            /// Alibaba Cloud Elastic Compute Service.
            AlibabaEcs "alibaba-ecs" "alibaba-ecs" $crate::clouds::alibaba_ecs::AlibabaEcs,
        }
    };
}
pub(crate) use clouds;

macro_rules! providers {
    ($($(#[$doc:meta])* $cloud:ident $name:literal $feature:literal $type:ty,)*) => {
        /// A cloud.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Provider {
            $($(#[$doc])* #[cfg(feature = $feature)] $cloud,)*
        }

        crate::wire_names! { Provider { $(#[cfg(feature = $feature)] $cloud => $name),* } }
    };
}
clouds!(providers);

macro_rules! operations {
    ($($cloud:ident $feature:literal {
        lists { $($(#[$list_doc:meta])* $list:ident $list_name:literal;)* }
        acts { $($(#[$doc:meta])* $operation:ident $name:literal $action:ident;)* }
    })*) => {
        /// An operation by the cloud's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum OperationName {
            $(
                $($(#[$list_doc])* #[cfg(feature = $feature)] $list,)*
                $($(#[$doc])* #[cfg(feature = $feature)] $operation,)*
            )*
        }

        crate::wire_names! { OperationName { $(
            $(#[cfg(feature = $feature)] $list => $list_name,)*
            $(#[cfg(feature = $feature)] $operation => $name,)*
        )* } }

        impl OperationName {
            /// The names of the operations that list events.
            pub const LISTS: &'static [&'static str] =
                &[$($(#[cfg(feature = $feature)] $list_name,)*)*];

            /// The cloud that has it.
            #[must_use]
            pub fn provider(self) -> Provider {
                match self { $(
                    $(#[cfg(feature = $feature)] Self::$list => Provider::$cloud,)*
                    $(#[cfg(feature = $feature)] Self::$operation => Provider::$cloud,)*
                )* }
            }

            /// The action it carries out; a list has none.
            #[must_use]
            pub fn action(self) -> Option<Action> {
                match self { $(
                    $(#[cfg(feature = $feature)] Self::$list => None,)*
                    $(#[cfg(feature = $feature)] Self::$operation => Some(Action::$action),)*
                )* }
            }
        }
    };
}
// Of each cloud first its lists, that of its events before others, then what acts.
operations! {
    Ens "alibaba-ens" {
        lists {
            /// ENS: the list.
            DescribeHistoryEvents "DescribeHistoryEvents";
        }
        acts {
        /// ENS: redeploy.
        BatchEventRedeployInstance "BatchEventRedeployInstance" Redeploy;
        /// ENS: migrate.
        BatchEventMigrateInstance "BatchEventMigrateInstance" Migrate;
        /// ENS: reboot.
        BatchEventRebootInstance "BatchEventRebootInstance" Reboot;
        }
    }
    HuaweiEcs "huawei-ecs" {
        lists {
            /// Huawei: the list.
            ListScheduledEvents "ListScheduledEvents";
        }
        acts {
        /// Huawei: accept.
        AcceptScheduledEvent "AcceptScheduledEvent" Accept;
        /// Huawei: reschedule.
        UpdateScheduledEvent "UpdateScheduledEvent" Reschedule;
        }
    }
    AlibabaEcs "alibaba-ecs" {
        lists {
            /// Alibaba ECS: the list.
            DescribeInstanceHistoryEvents "DescribeInstanceHistoryEvents";
            /// Alibaba ECS: the disks with their events.
            DescribeDisksFullStatus "DescribeDisksFullStatus";
        }
        acts {
            /// Alibaba ECS: accept.
            AcceptInquiredSystemEvent "AcceptInquiredSystemEvent" Accept;
            /// Alibaba ECS: redeploy.
            RedeployInstance "RedeployInstance" Redeploy;
            /// Alibaba ECS: reboot.
            RebootInstances "RebootInstances" Reboot;
            /// Alibaba ECS: reschedule.
            ModifySystemEventAttribute "ModifySystemEventAttribute" Reschedule;
        }
    }
}

impl OperationName {
    /// Whether it changes something in the cloud.
    #[must_use]
    pub fn is_mutating(self) -> bool {
        self.action().is_some()
    }
}

//! The clouds, one folder each, and the one list of them.
//!
//! A cloud's folder holds everything that is true of it alone: `actions` (what its actions fit and may
//! cost), `list` and `event` (its list and what stands in it), the calls that act, `results` (what an
//! answer says of each item), `errors` (what its codes mean), `regions` (where its API is), `schema`
//! (its parameters as data) and `facts` (what is told about it). `Cloud`, which its head implements,
//! with `ListOperation` and `ActOperation` is all that the rest of the crate asks of it.

pub(crate) mod alibaba_ens;
pub(crate) mod huawei_ecs;

use crate::description::params::Params;
use crate::event::Action;

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
    ($($(#[$doc:meta])* $operation:ident $name:literal $cloud:ident $action:expr, $params:path;)*) => {
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

            /// Its parameters as data.
            pub(crate) const fn params(self) -> &'static Params {
                match self { $(Self::$operation => &$params,)* }
            }
        }
    };
}
operations! {
    /// ENS: the list.
    DescribeHistoryEvents "DescribeHistoryEvents" Ens None, alibaba_ens::schema::DESCRIBE;
    /// ENS: redeploy.
    BatchEventRedeployInstance "BatchEventRedeployInstance" Ens Some(Action::Redeploy), alibaba_ens::schema::REDEPLOY;
    /// ENS: migrate.
    BatchEventMigrateInstance "BatchEventMigrateInstance" Ens Some(Action::Migrate), alibaba_ens::schema::MIGRATE;
    /// ENS: reboot.
    BatchEventRebootInstance "BatchEventRebootInstance" Ens Some(Action::Reboot), alibaba_ens::schema::REBOOT;
    /// Huawei: the list.
    ListScheduledEvents "ListScheduledEvents" HuaweiEcs None, huawei_ecs::schema::LIST;
    /// Huawei: accept.
    AcceptScheduledEvent "AcceptScheduledEvent" HuaweiEcs Some(Action::Accept), huawei_ecs::schema::ACCEPT;
    /// Huawei: reschedule.
    UpdateScheduledEvent "UpdateScheduledEvent" HuaweiEcs Some(Action::Reschedule), huawei_ecs::schema::UPDATE;
}

impl OperationName {
    /// The names of the operations that list events.
    pub const LISTS: &'static [&'static str] = &["DescribeHistoryEvents", "ListScheduledEvents"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_the_operations_without_an_action() {
        let lists = OperationName::ALL.iter().filter(|name| !name.is_mutating());
        let lists: Vec<&str> = lists.map(|name| name.as_str()).collect();
        assert_eq!(lists, OperationName::LISTS);
    }

    #[test]
    fn a_cloud_has_an_operation_for_each_of_its_actions() {
        for &provider in Provider::ALL {
            let names = OperationName::ALL
                .iter()
                .filter(|name| name.provider() == provider);
            let actions: Vec<Action> = names.filter_map(|name| name.action()).collect();
            assert_eq!(actions, provider.actions());
            for action in actions {
                assert!(provider.act(action).is_some() && provider.needs(action).is_some());
            }
        }
    }
}

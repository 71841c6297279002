//! The clouds' regions, and where the API of each one is.

use crate::provider::Provider;

impl Provider {
    /// The regions whose API's place is known, sorted.
    pub fn regions(self) -> impl Iterator<Item = &'static str> {
        self.regions_and_hosts().iter().map(|(region, _)| *region)
    }

    /// The host of a region's API; none of a region that is not known.
    ///
    /// ```
    /// use evenkeel::Provider;
    ///
    /// assert_eq!(Provider::Ens.host("cn-hangzhou"), Some("ens.aliyuncs.com"));
    /// assert_eq!(Provider::Ens.host("cn-hangzou"), None);
    /// ```
    #[must_use]
    pub fn host(self, region: &str) -> Option<&'static str> {
        let mut table = self.regions_and_hosts().iter();
        table
            .find(|(known, _)| *known == region)
            .map(|(_, host)| *host)
    }

    /// The regions whose API is at a host.
    pub fn regions_at(self, host: &str) -> impl Iterator<Item = &'static str> {
        self.regions_and_hosts()
            .iter()
            .filter(move |(_, known)| known.eq_ignore_ascii_case(host))
            .map(|(region, _)| *region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_regions_have_hosts_of_their_own() {
        for (provider, region, host) in [
            (Provider::Ens, "cn-beijing", "ens.aliyuncs.com"),
            (
                Provider::Ens,
                "ap-southeast-1",
                "ens.ap-southeast-1.aliyuncs.com",
            ),
            (
                Provider::HuaweiEcs,
                "cn-north-4",
                "ecs.cn-north-4.myhuaweicloud.com",
            ),
            (
                Provider::HuaweiEcs,
                "eu-west-101",
                "ecs.eu-west-101.myhuaweicloud.eu",
            ),
        ] {
            assert_eq!(provider.host(region), Some(host));
            assert!(provider.regions_at(host).any(|known| known == region));
        }
    }

    #[test]
    fn every_region_stands_there_once_in_order() {
        for provider in Provider::ALL {
            let regions: Vec<_> = provider.regions().collect();
            assert!(regions.is_sorted() && !regions.is_empty());
            assert!(regions.windows(2).all(|pair| pair.first() != pair.last()));
        }
    }
}

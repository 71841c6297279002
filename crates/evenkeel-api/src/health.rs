//! Whether the proxy is well.

use serde::{Deserialize, Serialize};

/// How it is. One that is not well answers with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// Well.
    Ok,
}

/// `GET healthz`, `GET readyz`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// How it is.
    pub status: HealthStatus,
}

impl Health {
    /// It is well.
    pub const OK: Self = Self {
        status: HealthStatus::Ok,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_is_one_word() {
        let json = serde_json::to_string(&Health::OK).unwrap();
        assert_eq!(json, r#"{"status":"ok"}"#);
        assert_eq!(serde_json::from_str::<Health>(&json).unwrap(), Health::OK);
    }
}

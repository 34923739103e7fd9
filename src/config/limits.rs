//! How often something may be done before it is refused for a while.

/// The allowances, each a setting. A refused attempt costs nothing of them.
///
/// | setting | default | for |
/// |---|---:|---|
/// | `UNDERSIGNED_LIMIT_SIGN_ONS_PER_10_MINUTES` | 30 | forms sent from one network |
/// | `UNDERSIGNED_LIMIT_SIGN_ONS_PER_HOUR` | 100 | forms sent from one network |
/// | `UNDERSIGNED_LIMIT_LINKS_PER_MINUTE` | 60 | mailed links opened and confirmed, codes typed, from one network |
/// | `UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES` | 10 | log-ins tried from one network |
/// | `UNDERSIGNED_LIMIT_LOG_INS_PER_DAY` | 100 | log-ins tried for one account, from anywhere |
///
/// A network is one IPv4 address or one IPv6 /56, which is what a household or an office gets. A whole organization can
/// stand behind one IPv4 address, so the allowances are generous.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Forms sent from one network in 10 minutes.
    pub sign_ons_per_10_minutes: u32,
    /// Forms sent from one network in an hour.
    pub sign_ons_per_hour: u32,
    /// Mailed links opened or confirmed from one network in a minute.
    pub links_per_minute: u32,
    /// Log-ins tried from one network in 5 minutes.
    pub log_ins_per_5_minutes: u32,
    /// Log-ins tried for one account in 24 hours.
    pub log_ins_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_ons_per_10_minutes: 30,
            sign_ons_per_hour: 100,
            links_per_minute: 60,
            log_ins_per_5_minutes: 10,
            log_ins_per_day: 100,
        }
    }
}

/// Reads an allowance. More than 100,000 would let the memory of past attempts grow without use.
pub(super) fn parse(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|n| (1..=100_000).contains(n)).ok_or("must be a whole number from 1 to 100000")
}

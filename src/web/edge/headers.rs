//! The headers of every answer.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// Nothing from elsewhere, no script, no inline style, no frame around us.
const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                                frame-ancestors 'none'; base-uri 'none'";

/// What every answer gets unless its handler decided otherwise (an embedded list has other frame and origin rules).
pub(super) struct Headers(Vec<(HeaderName, HeaderValue)>);

impl Headers {
    pub(super) fn new(https: bool) -> Self {
        let custom = HeaderName::from_static;
        let mut headers = vec![
            (CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // Addresses hold tokens: no other site, and no page of ours, is told where somebody comes from.
            (REFERRER_POLICY, "no-referrer"),
            (custom("cross-origin-opener-policy"), "same-origin"),
            (custom("cross-origin-resource-policy"), "same-origin"),
            (custom("cross-origin-embedder-policy"), "require-corp"),
            (custom("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            // What nobody said may be kept is not kept: a page may hold what only this visitor may see.
            (CACHE_CONTROL, "no-store"),
        ];
        if https {
            headers.push((STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"));
        }
        Self(headers.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect())
    }

    pub(super) fn add(&self, to: &mut HeaderMap) {
        to.reserve(self.0.len());
        for (name, value) in &self.0 {
            if !to.contains_key(name) {
                to.insert(name.clone(), value.clone());
            }
        }
    }
}

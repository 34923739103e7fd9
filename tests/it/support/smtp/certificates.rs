//! Certificates for the test's own use.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// A private authority and a certificate it made for one name. Two, because an authority's own certificate is refused
/// as a server's.
pub struct Certificates {
    authority: rcgen::Certificate,
    server: rcgen::Certificate,
    key: KeyPair,
}

impl Certificates {
    pub fn made_out_to(name: &str) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        Self { authority, server, key }
    }

    /// The authority's certificate, for those who are to trust it.
    pub fn authority(&self) -> String {
        self.authority.pem()
    }

    /// The server's certificate and its key.
    pub fn server(&self) -> (String, String) {
        (self.server.pem(), self.key.serialize_pem())
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let key = rustls_pki_types::PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.server.der().clone()], key.into())
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

//! Encryption toward the relay: whom to trust, and the encrypted connection in the form the mail library wants it.

use super::smtp_url::{Security, SmtpUrl};
use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, CertificateStore, TlsParameters};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What protects the conversation, ready to be used many times.
pub(super) enum Tls {
    /// Nothing.
    None,
    /// The mail library upgrades the connection itself.
    Upgraded(TlsParameters),
    /// We encrypt before the mail library speaks.
    Implicit(TlsConnector, ServerName<'static>),
}

/// Why encryption toward the relay cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetup {
    /// The file of `?ca=` cannot be read, or holds no certificate.
    #[error("the certificates in {path} cannot be read: {why}")]
    Authority {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The library refuses.
    #[error("encryption cannot be set up: {0}")]
    Library(String),
}

impl Tls {
    /// Reads the certificates to trust: those of `?ca=`, or else the system's.
    pub(super) fn toward(url: &SmtpUrl) -> Result<Self, TlsSetup> {
        let authority = match url.authority() {
            None => Vec::new(),
            Some(path) => {
                std::fs::read(path).map_err(|e| unreadable(path, e.to_string())).and_then(|pem| {
                    // Read here in both cases, so that an empty or broken file is found at the start.
                    let found = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
                    match found {
                        Ok(found) if !found.is_empty() => Ok(found),
                        Ok(_) => Err(unreadable(path, "it holds none".to_owned())),
                        Err(error) => Err(unreadable(path, error.to_string())),
                    }
                })?
            }
        };
        match url.security() {
            Security::None => Ok(Self::None),
            Security::StartTls => {
                let mut parameters = TlsParameters::builder(url.host().to_owned());
                if !authority.is_empty() {
                    parameters = parameters.certificate_store(CertificateStore::None);
                }
                for der in authority {
                    parameters = parameters
                        .add_root_certificate(Certificate::from_der(der.to_vec()).map_err(library)?);
                }
                Ok(Self::Upgraded(parameters.build().map_err(library)?))
            }
            Security::Implicit => {
                let mut roots = RootCertStore::empty();
                if authority.is_empty() {
                    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                }
                for der in authority {
                    roots.add(der).map_err(library)?;
                }
                let provider = Arc::new(rustls::crypto::ring::default_provider());
                let config = ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .map_err(library)?
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                let name = ServerName::try_from(url.host().to_owned()).map_err(library)?;
                Ok(Self::Implicit(TlsConnector::from(Arc::new(config)), name))
            }
        }
    }
}

fn unreadable(path: &std::path::Path, why: String) -> TlsSetup {
    TlsSetup::Authority { path: path.to_owned(), why }
}

fn library(error: impl std::fmt::Display) -> TlsSetup {
    TlsSetup::Library(error.to_string())
}

/// A connection that is encrypted from its first byte. The mail library's own cannot be told to send small packets at
/// once, and each mail would wait for the relay's delayed acknowledgement.
#[derive(Debug)]
pub(super) struct Encrypted(pub(super) TlsStream<TcpStream>);

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

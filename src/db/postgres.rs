//! The PostgreSQL server: its address, TLS through rustls, and the settings that every connection gets.

use super::{Conn, Error, PgConn};
use crate::clock::{Clock, Timestamp};
use crate::db::columns::Instant;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use diesel_async::AsyncPgConnection;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where a server is and how to reach it. `sslmode` means what it means to PostgreSQL's own tools: `disable`, `prefer`
/// (the default), `require`, `verify-full`; `sslrootcert` names a file of certificates to trust instead of the system's.
#[derive(Clone)]
pub struct Server {
    config: tokio_postgres::Config,
    verify: bool,
    root_file: Option<PathBuf>,
}

impl Server {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut verify, mut root_file, mut rest) = (SslMode::Prefer, false, None, Vec::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match (name.as_ref(), value.as_ref()) {
                ("sslmode", "disable") => mode = SslMode::Disable,
                ("sslmode", "prefer" | "allow") => mode = SslMode::Prefer,
                ("sslmode", "require") => mode = SslMode::Require,
                ("sslmode", "verify-full" | "verify-ca") => (mode, verify) = (SslMode::Require, true),
                ("sslmode", other) => {
                    return Err(format!(
                        "`sslmode={other}` is none of disable, prefer, require, verify-full"
                    ));
                }
                ("sslrootcert", file) => root_file = Some(PathBuf::from(file)),
                _ => rest.push((name.into_owned(), value.into_owned())),
            }
        }
        let rest = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
        let address = if rest.is_empty() { base.to_owned() } else { format!("{base}?{rest}") };
        // The library's messages quote the option at fault, never the password; its `source` may, so it is not kept.
        let mut config: tokio_postgres::Config =
            address.parse().map_err(|e: tokio_postgres::Error| e.to_string())?;
        config
            .ssl_mode(mode)
            .application_name("undersigned")
            .connect_timeout(Duration::from_secs(3))
            .tcp_user_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(10));
        Ok(Self { config, verify, root_file })
    }

    /// The server and database for messages, without user or password.
    pub(super) fn place(&self) -> String {
        let name = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        };
        let hosts: Vec<_> = self.config.get_hosts().iter().map(name).collect();
        format!("{}/{}", hosts.join(","), self.config.get_dbname().unwrap_or_default())
    }

    pub(super) fn connect(&self, threads: &tokio::runtime::Handle) -> Result<Conn, Error> {
        let _here = threads.enter();
        let tls = MakeRustlsConnect::new(self.tls()?);
        let connected = threads.block_on(async {
            let (client, connection) = self.config.connect(tls).await.map_err(|e| away(&e))?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await.map_err(Error::from)
        })?;
        let mut conn = PgConn::from(connected);
        conn.batch_execute(
            "set synchronous_commit = on; set statement_timeout = '5s'; set lock_timeout = '3s';
             set idle_in_transaction_session_timeout = '30s'; set timezone = 'UTC';",
        )
        .map_err(Error::from)?;
        Ok(Conn::Pg(conn))
    }

    fn tls(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Unavailable(format!("TLS: {e}")))?;
        if !self.verify && self.root_file.is_none() {
            let verifier = Arc::new(AnyCertificate(provider));
            return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
        }
        Ok(builder.with_root_certificates(self.roots()?).with_no_client_auth())
    }

    fn roots(&self) -> Result<RootCertStore, Error> {
        let mut roots = RootCertStore::empty();
        match &self.root_file {
            Some(file) => {
                let unreadable =
                    |e: &dyn std::fmt::Display| Error::Unfit(format!("sslrootcert {}: {e}", file.display()));
                for certificate in CertificateDer::pem_file_iter(file).map_err(|e| unreadable(&e))? {
                    roots.add(certificate.map_err(|e| unreadable(&e))?).map_err(|e| unreadable(&e))?;
                }
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        Ok(roots)
    }
}

fn away(error: &tokio_postgres::Error) -> Error {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    Error::Unavailable(text)
}

/// `sslmode=prefer` and `require` without a root certificate encrypt but do not ask who answers, as PostgreSQL's own
/// tools do. `verify-full` asks.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[derive(QueryableByName)]
struct Durability {
    #[diesel(sql_type = Text)]
    full_page_writes: String,
    #[diesel(sql_type = Text)]
    synchronous_commit: String,
    #[diesel(sql_type = Text)]
    encoding: String,
}

/// Refuses a server that would lose acknowledged pages or garble names. `fsync = off` is left to the operator's own
/// risk (test clusters use it) and reported by the doctor.
pub(super) fn check_durability(conn: &mut Conn) -> Result<(), Error> {
    let Conn::Pg(conn) = conn else { return Ok(()) };
    let found: Durability = sql_query(
        "select current_setting('full_page_writes') as full_page_writes,
                current_setting('synchronous_commit') as synchronous_commit,
                current_setting('server_encoding') as encoding",
    )
    .get_result(conn)
    .map_err(Error::from)?;
    let wrong = if found.encoding != "UTF8" {
        "its encoding must be UTF8"
    } else if found.full_page_writes != "on" {
        "full_page_writes must be on, or a power cut can damage it"
    } else if found.synchronous_commit != "on" {
        "synchronous_commit must be on, or acknowledged sign-ons can be lost"
    } else {
        return Ok(());
    };
    Err(Error::Unfit(wrong.to_owned()))
}

#[derive(QueryableByName)]
struct Fsync {
    #[diesel(sql_type = Text)]
    fsync: String,
}

/// Whether the server waits for its disk.
pub(super) fn syncs(conn: &mut Conn) -> Result<bool, Error> {
    let Conn::Pg(conn) = conn else { return Ok(true) };
    let found: Fsync =
        sql_query("select current_setting('fsync') as fsync").get_result(conn).map_err(Error::from)?;
    Ok(found.fsync == "on")
}

#[derive(QueryableByName)]
struct ServerTime {
    #[diesel(sql_type = Instant)]
    now: Timestamp,
}

/// By how much the server's clock is ahead of `clock`, taken at the middle of the round trip.
pub(super) fn clock_ahead(conn: &mut Conn, clock: &Clock) -> Result<jiff::SignedDuration, Error> {
    let Conn::Pg(conn) = conn else { return Ok(jiff::SignedDuration::ZERO) };
    let before = clock.now();
    let server: ServerTime =
        sql_query("select clock_timestamp() as now").get_result(conn).map_err(Error::from)?;
    let after = clock.now();
    Ok(server.now.since(before.plus(after.since(before) / 2)))
}

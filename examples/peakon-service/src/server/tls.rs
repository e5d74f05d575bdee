//! TLS by rustls, with a certificate that can be renewed without a stop.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The two files, in the PEM format, that a service needs to speak TLS.
///
/// ```
/// let files = peakon_service::TlsFiles::new("certificate.pem", "key.pem");
/// assert!(files.certificate.ends_with("certificate.pem"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsFiles {
    /// The certificate of the service, followed by those that lead to its authority.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
}

impl TlsFiles {
    /// A certificate and its key.
    pub fn new(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self {
            certificate: certificate.into(),
            key: key.into(),
        }
    }
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read, or is not in the PEM format.
    #[error("the {what} in {} cannot be read: {cause}; give a PEM file that the service may read, with {needed}", .file.display())]
    Unreadable {
        /// Certificate or private key.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// What is wrong.
        cause: rustls::pki_types::pem::Error,
        /// What has to stand in it.
        needed: &'static str,
    },
    /// The two do not fit together, or are of a kind that is not supported.
    #[error(
        "the certificate {} cannot be used with the key {}: {cause}; give the key that the certificate was made for (RSA, ECDSA P-256 or P-384, Ed25519)",
        .certificate.display(), .key.display()
    )]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What rustls said.
        cause: rustls::Error,
    },
}

/// A certificate in use.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: TlsFiles,
    configuration: RwLock<Arc<ServerConfig>>,
}

impl Certificate {
    pub(crate) fn read(files: TlsFiles) -> Result<Self, TlsError> {
        let configuration = RwLock::new(Arc::new(configuration(&files)?));
        Ok(Self {
            files,
            configuration,
        })
    }

    /// Reads the files anew; if they cannot be used, what was used stays.
    pub(crate) fn renew(&self) -> Result<(), TlsError> {
        let renewed = Arc::new(configuration(&self.files)?);
        *self
            .configuration
            .write()
            .unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let configuration = self
            .configuration
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        TlsAcceptor::from(configuration).accept(stream).await
    }
}

fn configuration(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let unreadable = |what, file: &Path, needed| {
        let file = file.to_owned();
        move |cause| TlsError::Unreadable {
            what,
            file,
            cause,
            needed,
        }
    };
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|all| {
            if all.is_empty() {
                return Err(rustls::pki_types::pem::Error::NoItemsFound);
            }
            Ok(all)
        })
        .map_err(unreadable(
            "certificate",
            &files.certificate,
            "`-----BEGIN CERTIFICATE-----`",
        ))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(
        "private key",
        &files.key,
        "`-----BEGIN PRIVATE KEY-----`, without a password",
    ))?;
    let mut configuration = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|cause| TlsError::Unusable {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
            cause,
        })?;
    configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(configuration)
}

//! A mail server on loopback, as RFC 5321 wants it, with STARTTLS (RFC 3207), AUTH (RFC 4954) and TLS from the start (RFC 8314).
//!
//! It keeps what it is sent, and notes what a client does that the documents do not allow.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::client::Certificate;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// What the server offers, and where it refuses.
#[derive(Clone, Default)]
pub(crate) struct Behaviour {
    pub(crate) tls_from_the_start: bool,
    pub(crate) offers_starttls: bool,
    /// The mechanism and whom it lets in; without it nobody has to log in.
    pub(crate) login: Option<(&'static str, &'static str, &'static str)>,
    /// The first word of a command, or `.` for the end of the data, and the answer to it.
    pub(crate) refuses: Option<(&'static str, &'static str)>,
    /// Says nothing, not even who it is.
    pub(crate) is_silent: bool,
}

/// One e-mail, and how it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) is_encrypted: bool,
    pub(crate) has_logged_in: bool,
    pub(crate) sender: String,
    pub(crate) recipients: Vec<String>,
    pub(crate) message: Vec<u8>,
}

#[derive(Default)]
struct Kept {
    received: Vec<Received>,
    faults: Vec<String>,
}

pub(crate) struct Sink {
    pub(crate) port: u16,
    /// The certificate, as programs read it.
    pub(crate) pem: String,
    kept: Arc<Mutex<Kept>>,
}

impl Sink {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(configuration));
        let kept = Arc::new(Mutex::new(Kept::default()));
        let keep = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let session = Session {
                    behaviour: behaviour.clone(),
                    kept: Arc::clone(&keep),
                };
                tokio::spawn(session.serve(stream, acceptor.clone()));
            }
        });
        Self {
            port,
            pem: made.cert.pem(),
            kept,
        }
    }

    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::from_pem(self.pem.as_bytes()).unwrap()
    }

    /// Everything that has arrived, from a client that has done nothing wrong.
    pub(crate) fn received(&self) -> Vec<Received> {
        let kept = self.kept.lock().unwrap();
        assert_eq!(kept.faults, Vec::<String>::new());
        kept.received.clone()
    }
}

struct Session {
    behaviour: Behaviour,
    kept: Arc<Mutex<Kept>>,
}

impl Session {
    async fn serve(self, mut stream: TcpStream, acceptor: TlsAcceptor) {
        if self.behaviour.is_silent {
            let _ = stream.read_u8().await;
            return;
        }
        if self.behaviour.tls_from_the_start {
            // A client that does not trust the certificate goes away here.
            if let Ok(stream) = acceptor.accept(stream).await {
                self.speak(stream, true, true).await;
            }
        } else if let Some(stream) = self.speak(stream, false, true).await
            && let Ok(stream) = acceptor.accept(stream).await
        {
            self.speak(stream, true, false).await;
        }
    }

    fn fault(&self, fault: &str) {
        self.kept.lock().unwrap().faults.push(fault.to_owned());
    }

    /// Until the client leaves; gives the connection back when it is to be encrypted.
    async fn speak<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        is_encrypted: bool,
        greets: bool,
    ) -> Option<S> {
        if greets {
            say(&mut stream, "220 sink.example ESMTP").await?;
        }
        let mut has_greeted = false;
        let mut mail = Received {
            is_encrypted,
            ..Received::default()
        };
        loop {
            let line = self.line(&mut stream, 512).await?;
            let line = String::from_utf8(line).unwrap();
            let word = line.split(' ').next().unwrap_or_default().to_uppercase();
            if let Some((refused, answer)) = self.behaviour.refuses
                && refused == word
            {
                say(&mut stream, answer).await?;
                continue;
            }
            if !has_greeted && !["EHLO", "QUIT"].contains(&word.as_str()) {
                self.fault(&format!("{word} before EHLO"));
            }
            let has_to_log_in = self.behaviour.login.is_some() && !mail.has_logged_in;
            let answer = match word.as_str() {
                "EHLO" => {
                    has_greeted = true;
                    self.extensions(is_encrypted)
                }
                "STARTTLS" if self.behaviour.offers_starttls && !is_encrypted => {
                    say(&mut stream, "220 2.0.0 Go on").await?;
                    return Some(stream);
                }
                "AUTH" if self.behaviour.offers_starttls && !is_encrypted => {
                    self.fault("AUTH before STARTTLS");
                    "530 5.7.0 Must issue a STARTTLS command first".to_owned()
                }
                "AUTH" => {
                    mail.has_logged_in = self.log_in(&mut stream, &line).await?;
                    if mail.has_logged_in {
                        "235 2.7.0 Welcome".to_owned()
                    } else {
                        "535 5.7.8 Not with these credentials".to_owned()
                    }
                }
                "MAIL" if has_to_log_in => "530 5.7.0 Authentication required".to_owned(),
                "MAIL" => {
                    mail.sender = address(&line, "MAIL FROM:");
                    "250 2.1.0 Fine".to_owned()
                }
                "RCPT" if mail.sender.is_empty() => "503 5.5.1 MAIL first".to_owned(),
                "RCPT" => {
                    mail.recipients.push(address(&line, "RCPT TO:"));
                    "250 2.1.5 Fine".to_owned()
                }
                "DATA" if mail.recipients.is_empty() => "503 5.5.1 RCPT first".to_owned(),
                "DATA" => {
                    say(&mut stream, "354 Go on, end with a dot").await?;
                    mail.message = self.data(&mut stream).await?;
                    if let Some((".", answer)) = self.behaviour.refuses {
                        answer.to_owned()
                    } else {
                        self.kept.lock().unwrap().received.push(mail.clone());
                        "250 2.0.0 Kept".to_owned()
                    }
                }
                "QUIT" => {
                    say(&mut stream, "221 2.0.0 Bye").await?;
                    return None;
                }
                "NOOP" | "RSET" => "250 2.0.0 Fine".to_owned(),
                _ => "502 5.5.2 Never heard of it".to_owned(),
            };
            say(&mut stream, &answer).await?;
        }
    }

    fn extensions(&self, is_encrypted: bool) -> String {
        let mut lines = vec!["sink.example".to_owned(), "8BITMIME".to_owned()];
        if self.behaviour.offers_starttls && !is_encrypted {
            lines.push("STARTTLS".to_owned());
        } else if let Some((mechanism, ..)) = self.behaviour.login {
            lines.push(format!("AUTH {mechanism}"));
        }
        lines.push("SMTPUTF8".to_owned());
        let last = lines.len() - 1;
        let numbered = lines.iter().enumerate().map(|(index, line)| {
            let separator = if index == last { ' ' } else { '-' };
            format!("250{separator}{line}")
        });
        numbered.collect::<Vec<_>>().join("\r\n")
    }

    async fn log_in<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        line: &str,
    ) -> Option<bool> {
        let (mechanism, user, password) = self.behaviour.login?;
        let mut words = line.split(' ').skip(1);
        if words.next() != Some(mechanism) {
            self.fault("a mechanism that is not offered");
            return Some(false);
        }
        let known = [user.to_owned(), password.to_owned()];
        if mechanism == "PLAIN" {
            let given = decoded(words.next().unwrap_or_default());
            return Some(given == format!("\0{user}\0{password}"));
        }
        let mut given = Vec::new();
        for question in ["Username:", "Password:"] {
            say(stream, &format!("334 {}", BASE64_STANDARD.encode(question))).await?;
            let line = self.line(stream, 12288).await?;
            given.push(decoded(&String::from_utf8(line).unwrap()));
        }
        Some(given == known)
    }

    /// The data without the dots that the client has put before dots.
    async fn data<S: AsyncRead + Unpin>(&self, stream: &mut S) -> Option<Vec<u8>> {
        let mut message = Vec::new();
        loop {
            let line = self.line(stream, 1000).await?;
            if line == b"." {
                return Some(message);
            }
            if line.starts_with(b".") && !line.starts_with(b"..") {
                self.fault("a dot that is not doubled");
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            message.extend_from_slice(b"\r\n");
        }
    }

    /// A line without its end, of at most so many octets with it.
    async fn line<S: AsyncRead + Unpin>(&self, stream: &mut S, at_most: usize) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            line.push(stream.read_u8().await.ok()?);
            if line.ends_with(b"\n") {
                break;
            }
        }
        if line.len() > at_most {
            self.fault("a line that is too long");
        }
        let Some(whole) = line.strip_suffix(b"\r\n") else {
            self.fault("a line feed without a carriage return");
            return Some(line);
        };
        if whole.contains(&b'\r') || whole.contains(&0) {
            self.fault("a carriage return or a NUL within a line");
        }
        Some(whole.to_vec())
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, answer: &str) -> Option<()> {
    stream
        .write_all(format!("{answer}\r\n").as_bytes())
        .await
        .ok()?;
    stream.flush().await.ok()
}

/// What stands between the angle brackets.
fn address(line: &str, verb: &str) -> String {
    let rest = line.strip_prefix(verb).unwrap();
    let (address, _) = rest.strip_prefix('<').unwrap().split_once('>').unwrap();
    address.to_owned()
}

fn decoded(text: &str) -> String {
    String::from_utf8(BASE64_STANDARD.decode(text).unwrap()).unwrap()
}

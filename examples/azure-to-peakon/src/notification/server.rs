//! The mail server: how it is named, reached, and complained about.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use percent_encoding::percent_decode_str;
use scim_core::resource::Secret;
use url::{Host, Url};

use crate::failure::Failure;

/// From the connection to the server's last answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// As much of an answer as a person reads.
const LONGEST_DETAIL: usize = 300;
const PLACE: &str = "--smtp-url-file, --smtp-url or SMTP_URL";
const FORMS: &str = "give smtps://user:password@host, or smtp://user:password@host?tls=required; \
     characters such as @ and / of user and password are percent-encoded";

/// A server that takes e-mails.
pub(super) struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// Host and port.
    place: String,
    /// What must not be shown although a server repeats it.
    secrets: Vec<String>,
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Server({})", self.place)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// From the first byte on.
    Tls,
    /// After STARTTLS, without which nothing is sent.
    StartTls,
    /// On this machine.
    None,
}

struct Address {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, String)>,
}

impl Server {
    /// Prepares a connection; nothing is sent yet. `roots` are trusted besides those of the system.
    pub(super) fn new(url: &Secret, roots: Vec<Certificate>) -> Result<Self, Failure> {
        let refuse = |problem: String| Failure::new(PLACE, problem, FORMS).of_the_command_line();
        let address = Address::read(url.expose()).map_err(refuse)?;
        let tls = || {
            let mut parameters = TlsParameters::builder(address.host.clone());
            for root in roots {
                parameters = parameters.add_root_certificate(root);
            }
            parameters
                .build()
                .map_err(|error| refuse(error.to_string()))
        };
        let tls = match address.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::StartTls => Tls::Required(tls()?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&address.host)
            .port(address.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        let mut secrets = Vec::new();
        if let Some((user, password)) = address.login {
            // As AUTH LOGIN and AUTH PLAIN write them; the longest first.
            secrets.push(BASE64_STANDARD.encode(format!("\0{user}\0{password}")));
            secrets.push(BASE64_STANDARD.encode(&password));
            secrets.push(password.clone());
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            place: format!("{}:{}", address.host, address.port),
            secrets,
        })
    }

    pub(super) async fn send(&self, message: Message) -> Result<(), Failure> {
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.refused(&error)),
            Err(_) => {
                let problem = format!("no e-mail was sent within {} seconds", PATIENCE.as_secs());
                Err(self.failure(&problem, "check that the mail server can be reached"))
            }
        }
    }

    fn refused(&self, error: &lettre::transport::smtp::Error) -> Failure {
        let code = error.status().map(u16::from);
        let advice = match code {
            Some(530 | 534 | 535 | 538) => "check user and password in the SMTP URL",
            Some(400..=499) => "the mail server is busy, or delays unknown senders",
            Some(500..=599) => "check sender and recipients, and what the mail server allows",
            _ if error.is_tls() => "check the server's name, and that its certificate is trusted",
            _ => "check host and port of the SMTP URL, and what the mail server offers",
        };
        self.failure(&error.to_string(), advice)
    }

    fn failure(&self, problem: &str, advice: &str) -> Failure {
        let place = format!("the mail server {}", self.place);
        let advice = format!("{advice}; the e-mail is sent again after the next cycle");
        Failure::new(place, self.harmless(problem), advice)
    }

    /// What a server says, in one line and without what it was told in confidence.
    fn harmless(&self, detail: &str) -> String {
        let hidden = self.secrets.iter().fold(detail.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "…")
        });
        let seen = hidden.chars().map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        });
        seen.take(LONGEST_DETAIL).collect()
    }
}

impl Address {
    /// The URL is not repeated in what is wrong with it.
    fn read(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| error.to_string())?;
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        };
        if host.is_empty() || host.contains('%') {
            return Err("the host is missing, or not written in ASCII".to_owned());
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err("nothing but ?tls=required may follow host and port".to_owned());
        }
        let security = match (url.scheme(), url.query()) {
            ("smtps", None) => Security::Tls,
            ("smtp", Some("tls=required")) => Security::StartTls,
            ("smtp", None) if is_this_machine(&host) => Security::None,
            ("smtp", None) => {
                return Err("the e-mails would travel readable; use TLS".to_owned());
            }
            ("smtp" | "smtps", Some(_)) => {
                return Err("nothing but ?tls=required may follow an smtp:// URL".to_owned());
            }
            _ => return Err("it begins neither with smtps:// nor with smtp://".to_owned()),
        };
        // RFC 8314, section 3.3, and RFC 6409, section 3.1.
        let port = url.port().unwrap_or(match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        });
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) => return Err("there is a password and no user".to_owned()),
            (_, None | Some("")) => return Err("there is a user and no password".to_owned()),
            (user, Some(password)) => Some((decoded(user)?, decoded(password)?)),
        };
        Ok(Self {
            host,
            port,
            security,
            login,
        })
    }
}

fn is_this_machine(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn decoded(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    match decoded {
        // RFC 4616, section 2: a NUL ends the user.
        Ok(text) if !text.contains(char::is_control) => Ok(text.into_owned()),
        _ => Err("user or password hold no text".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, PATIENCE, Secret, Security, Server};

    fn read(url: &str) -> (String, u16, Security, Option<(String, String)>) {
        let address = Address::read(url).unwrap();
        (address.host, address.port, address.security, address.login)
    }

    #[test]
    fn ports_and_security_follow_from_the_url() {
        let host = || "mail.example".to_owned();
        assert_eq!(
            read("smtps://mail.example"),
            (host(), 465, Security::Tls, None)
        );
        assert_eq!(
            read("smtp://mail.example?tls=required"),
            (host(), 587, Security::StartTls, None)
        );
        let login = Some(("ops@fjordlab.example".to_owned(), "p/ä".to_owned()));
        assert_eq!(
            read("smtps://ops%40fjordlab.example:p%2F%C3%A4@mail.example:2465/"),
            (host(), 2465, Security::Tls, login)
        );
        for (url, host) in [
            ("smtp://localhost", "localhost"),
            ("smtp://127.0.0.1", "127.0.0.1"),
            ("smtp://[::1]", "::1"),
        ] {
            assert_eq!(
                read(url),
                (host.to_owned(), 25, Security::None, None),
                "{url}"
            );
        }
    }

    #[test]
    fn what_is_unsafe_or_unclear_is_refused_and_not_repeated() {
        for wrong in [
            "mail.example",
            "https://u:hush@mail.example",
            "smtp://u:hush@mail.example",
            "smtp://u:hush@mail.example?tls=opportunistic",
            "smtps://u:hush@mail.example?tls=none",
            "smtps://u:hush@mail.example/hush",
            "smtps://u:hush@mail.example#hush",
            "smtps://u:hush@mail.example:99999",
            "smtps://:hush@mail.example",
            "smtps://hush@mail.example",
            "smtps://u:hush%00@mail.example",
            "smtps://u:hush%ff@mail.example",
            "smtps://u:hush@",
            "smtps://u:hush@b\u{fc}ro.example",
        ] {
            let url = Secret::new(wrong);
            let failure = Server::new(&url, Vec::new()).unwrap_err();
            let shown = format!("{failure} {failure:?} {url:?}");
            assert!(!shown.contains("hush"), "{shown}");
            assert!(
                shown.contains("SMTP_URL") && failure.exit_code() == 2,
                "{shown}"
            );
        }
    }

    #[test]
    fn secrets_are_left_out_of_what_a_server_says() {
        let url = Secret::new("smtps://ops:hush@mail.example");
        let server = Server::new(&url, Vec::new()).unwrap();
        // "\0ops\0hush" and "hush" in base64.
        let said = "502 what is AUTH PLAIN AG9wcwBodXNo, aHVzaA== or\r\nhush?";
        assert_eq!(server.harmless(said), "502 what is AUTH PLAIN …, … or  …?");
        let failure = server.failure(said, "look there");
        let shown = format!("{failure} {server:?} {failure:?}");
        assert!(
            !shown.contains("hush") && shown.contains("mail.example:465"),
            "{shown}"
        );
        assert!(PATIENCE.as_secs() <= 60);
    }
}

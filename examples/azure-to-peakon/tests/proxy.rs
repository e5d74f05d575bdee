//! The way through a proxy that the environment names: what it sees, whom it does not see, and what is said when it refuses.
//!
//! A variable of the environment is read by the program alone, which runs in a process of its own.

use std::net::Ipv4Addr;

use support::{NAME, Proxy, TOKEN, Target, said};

#[cfg(test)]
mod support {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::process::Output;
    use std::sync::{Arc, Mutex};

    use peakon_service::{Configuration, RunningService, Token, start};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::process::Command;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    pub(crate) const TOKEN: &str = "t0ken-of-the-account";
    /// A name that no other way than the proxy leads to: RFC 6761, section 6.4.
    pub(crate) const NAME: &str = "peakon.invalid";

    /// A service that takes TLS only.
    pub(crate) struct Target {
        pub(crate) port: u16,
        service: RunningService,
        folder: tempfile::TempDir,
    }

    impl Target {
        pub(crate) async fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let database = format!("sqlite://{}", folder.path().join("peakon.db").display());
            let token: Token = TOKEN.parse().unwrap();
            let configuration = Configuration::new(([127, 0, 0, 1], 0).into(), database, token);
            let service = start(configuration).await.unwrap();
            let url: reqwest::Url = service.base_url().parse().unwrap();
            let behind = url.socket_addrs(|| None).unwrap()[0];

            let names = [NAME, "localhost", "0.0.0.0"].map(str::to_owned);
            let made = rcgen::generate_simple_self_signed(names).unwrap();
            std::fs::write(folder.path().join("target.pem"), made.cert.pem()).unwrap();
            let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let configuration = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
                .unwrap();
            let acceptor = TlsAcceptor::from(Arc::new(configuration));
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let port = listener.local_addr().unwrap().port();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let acceptor = acceptor.clone();
                    tokio::spawn(async move {
                        let mut client = acceptor.accept(stream).await.ok()?;
                        let mut service = TcpStream::connect(behind).await.ok()?;
                        copy_bidirectional(&mut client, &mut service).await.ok()
                    });
                }
            });
            Self {
                port,
                service,
                folder,
            }
        }

        pub(crate) async fn stop(self) {
            self.service.stop().await;
        }

        /// The program, which has to find the service at this host.
        pub(crate) async fn run(
            &self,
            host: &str,
            arguments: &[&str],
            variables: &[(&str, &str)],
        ) -> Output {
            let mut command = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"));
            for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
                command.env_remove(name).env_remove(name.to_lowercase());
            }
            let url = format!("https://{host}:{}/scim/v2", self.port);
            command
                .args(arguments)
                .current_dir(self.folder.path())
                .env("PEAKON_TENANT_URL", url)
                .env("PEAKON_TOKEN", TOKEN)
                .env("SSL_CERT_FILE", self.folder.path().join("target.pem"))
                .envs(variables.iter().copied());
            command.output().await.unwrap()
        }
    }

    /// A proxy that leads everybody to one port of this machine, whatever is asked for.
    pub(crate) struct Proxy {
        pub(crate) address: SocketAddr,
        seen: Arc<Mutex<Vec<String>>>,
    }

    impl Proxy {
        /// Without a port it refuses everybody.
        pub(crate) async fn start(port: Option<u16>) -> Self {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let seen = Arc::new(Mutex::new(Vec::new()));
            let see = Arc::clone(&seen);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, port, Arc::clone(&see)));
                }
            });
            Self { address, seen }
        }

        pub(crate) fn url(&self) -> String {
            format!("http://{}", self.address)
        }

        /// The heads of all requests.
        pub(crate) fn seen(&self) -> Vec<String> {
            self.seen.lock().unwrap().clone()
        }
    }

    async fn serve(
        mut stream: TcpStream,
        port: Option<u16>,
        seen: Arc<Mutex<Vec<String>>>,
    ) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        seen.lock().unwrap().push(String::from_utf8(head).unwrap());
        let Some(port) = port else {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"hall\"\r\n\
                content-length: 0\r\n\r\n";
            return stream.write_all(refusal.as_bytes()).await.ok();
        };
        let mut target = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
        copy_bidirectional(&mut stream, &mut target)
            .await
            .ok()
            .map(drop)
    }

    /// What was said on standard error, with this exit code.
    #[track_caller]
    pub(crate) fn said(output: &Output, code: i32) -> String {
        let said = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains(TOKEN), "{said}");
        said
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_goes_through_the_proxy_of_the_environment_which_sees_nothing_of_it() {
    let target = Target::start().await;
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Proxy::start(Some(target.port)).await;
        let way = [(variable, proxy.url())];
        let way = way.each_ref().map(|(name, url)| (*name, url.as_str()));
        let output = target.run(NAME, &["test-connection"], &way).await;
        assert_eq!(said(&output, 0), "", "{variable}");
        let seen = proxy.seen();
        assert!(!seen.is_empty(), "{variable}");
        let line = format!("CONNECT {NAME}:{} HTTP/1.1\r\n", target.port);
        for head in seen {
            assert!(head.starts_with(&line), "{variable}: {head}");
            assert!(
                !head.contains(TOKEN) && !head.to_lowercase().contains("authorization"),
                "{head}"
            );
        }
    }
    target.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_cycle_takes_few_connections_through_the_proxy() {
    let target = Target::start().await;
    let proxy = Proxy::start(Some(target.port)).await;
    let sample = |name: &str| format!("{}/sample/{name}", env!("CARGO_MANIFEST_DIR"));
    let [directory, schema] = ["directory.json", "schema.json"].map(sample);
    let sync = [
        "sync",
        "--once",
        "--json",
        "--in-flight",
        "4",
        "--directory",
        &directory,
        "--schema",
        &schema,
    ];
    // With a user and a password, which only the proxy is told.
    let url = proxy.url().replace("//", "//hall:hush-Hush@");
    let output = target.run(NAME, &sync, &[("HTTPS_PROXY", &url)]).await;
    assert_eq!(said(&output, 0), "");
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(!report.contains("hush-Hush"));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert!(
        report["cycle"]["requests"].as_u64().unwrap() > 300,
        "{report:#}"
    );
    let seen = proxy.seen();
    // One for each request in flight, and those that were opened while another became free.
    assert!(seen.len() <= 8, "{}", seen.len());
    for head in seen {
        // hall:hush-Hush
        assert!(
            head.to_lowercase().contains("proxy-authorization: basic "),
            "{head}"
        );
        assert!(head.contains("aGFsbDpodXNoLUh1c2g="), "{head}");
    }
    target.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_proxy_names_and_what_is_of_this_machine_is_reached_directly() {
    let target = Target::start().await;
    let any = Ipv4Addr::UNSPECIFIED.to_string();
    for (host, exception, is_seen) in [
        (NAME, None, true),
        (any.as_str(), Some("peakon.example"), true),
        (any.as_str(), Some("peakon.example, 0.0.0.0"), false),
        ("localhost", None, false),
    ] {
        let proxy = Proxy::start(Some(target.port)).await;
        let url = proxy.url();
        let mut variables = vec![("HTTPS_PROXY", url.as_str()), ("ALL_PROXY", url.as_str())];
        variables.extend(exception.map(|exception| ("NO_PROXY", exception)));
        let output = target.run(host, &["test-connection"], &variables).await;
        assert_eq!(said(&output, 0), "", "{host} {exception:?}");
        assert_eq!(!proxy.seen().is_empty(), is_seen, "{host} {exception:?}");
    }
    // Who sees what is sent without TLS is not asked for what is sent with it.
    let proxy = Proxy::start(Some(target.port)).await;
    let url = proxy.url();
    let variables = [("HTTP_PROXY", url.as_str()), ("http_proxy", &url)];
    let output = target.run(&any, &["test-connection"], &variables).await;
    assert_eq!(said(&output, 0), "");
    assert!(proxy.seen().is_empty());
    target.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_refuses_or_is_not_there_is_told_of_without_its_password() {
    let target = Target::start().await;
    let refusing = Proxy::start(None).await;
    // Bound, so that nobody else takes it, and nobody listens there.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let nobody = socket.local_addr().unwrap();
    for (address, part) in [(refusing.address, "proxy auth"), (nobody, "refused")] {
        let url = format!("http://hall:hush-Hush@{address}");
        let output = target
            .run(NAME, &["test-connection"], &[("HTTPS_PROXY", &url)])
            .await;
        let said = said(&output, 1);
        assert!(said.to_lowercase().contains(part), "{said}");
        for part in [NAME, "what to do", "HTTPS_PROXY", "NO_PROXY"] {
            assert!(said.contains(part), "{part:?} is missing in: {said}");
        }
        assert!(!said.contains("hush-Hush"), "{said}");
    }
    target.stop().await;
}

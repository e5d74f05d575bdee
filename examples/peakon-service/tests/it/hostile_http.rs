//! Hostile requests that are wrong as HTTP, or in what they ask for.

use std::fmt::Write as _;

use serde_json::json;

use crate::hostile_requests::{CREATE, Hostile, Seed, request};
use crate::support::{TOKEN, USER};

/// Header fields that are none, are too many, or contradict each other.
pub(crate) fn header(seed: &mut Seed, _: &str) -> Hostile {
    let field = match seed.below(8) {
        0 => format!("X: {}\r\n", "x".repeat(33_000 + seed.below(60_000))),
        1 => "X: y\r\n".repeat(101 + seed.below(900)),
        2 => seed
            .one_of(&[
                "X : y\r\n",
                ": y\r\n",
                "X\r\n",
                "X y\r\n",
                "(X): y\r\n",
                "X\u{e9}: y\r\n",
            ])
            .to_owned(),
        3 => seed
            .one_of(&[
                "X: a\0b\r\n",
                "X: a\rb\r\n",
                "X: a\r\n b\r\n",
                "X: \u{7f}\r\n",
            ])
            .to_owned(),
        4 => format!("Authorization: Bearer {TOKEN}\r\nAuthorization: Bearer {TOKEN}\r\n"),
        5 => format!(
            "Authorization: {}\r\n",
            seed.one_of(&[
                "Bearer",
                "Basic eDp5",
                "Bearer\t",
                "\u{e9}",
                "",
                "Negotiate x"
            ])
        ),
        6 => format!(
            "Authorization: Basic {}\r\n",
            "A".repeat(seed.below(30_000))
        ),
        _ => "Authorization: Bearer\r\nX: y\r\n".to_owned(),
    };
    Hostile {
        may_be_closed: true,
        ..request("GET /scim/v2/Users", &field, b"")
    }
}

/// A length that is none, or is another one.
pub(crate) fn length(seed: &mut Seed, _: &str) -> Hostile {
    let field = seed.one_of(&[
        "Content-Length: -1\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length: five\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: \r\n",
        "Content-Length: 5.0\r\n",
        "Content-Length: 18446744073709551615\r\n",
        "Content-Length: 4000000000\r\n",
    ]);
    let fields = format!("Content-Type: application/scim+json\r\n{field}");
    let body = seed.one_of(&["{}", "{\"a\"", ""]);
    Hostile {
        may_be_closed: true,
        is_cut: true,
        ..request(CREATE, &fields, body.as_bytes())
    }
}

/// Chunks that are none.
pub(crate) fn transfer(seed: &mut Seed, _: &str) -> Hostile {
    let coding = seed.one_of(&[
        "chunked",
        "chunked",
        "chunked",
        "identity",
        "xchunked",
        "chunked, gzip",
        "gzip",
        "\u{b}chunked",
    ]);
    let chunks = match seed.below(7) {
        0 => "zz\r\n{}\r\n0\r\n\r\n".to_owned(),
        1 => "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n".to_owned(),
        2 => "2\r\n{}x\r\n0\r\n\r\n".to_owned(),
        3 => "-2\r\n{}\r\n0\r\n\r\n".to_owned(),
        4 => format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "x".repeat(20_000)),
        5 => "2\r\n{}".to_owned(),
        _ => format!("2\r\n{{}}\r\n0\r\n{}\r\n", "X: y\r\n".repeat(2_000)),
    };
    let fields = format!("Content-Type: application/scim+json\r\nTransfer-Encoding: {coding}\r\n");
    Hostile {
        may_be_closed: true,
        is_cut: true,
        ..request(CREATE, &fields, chunks.as_bytes())
    }
}

/// A second request hidden in the body of a first one, for who reads the length in the other way.
pub(crate) fn smuggled(seed: &mut Seed, _: &str) -> Hostile {
    let body = json!({"schemas": [USER], "userName": "smuggled"}).to_string();
    let hidden = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: people.example\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let lengths = seed.one_of(&[
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n",
        "Content-Length: 5\r\nContent-Length: 0\r\n",
        "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n",
        "Content-Length: 5\r\n Transfer-Encoding: chunked\r\n",
    ]);
    let line = seed.one_of(&[
        "POST /scim/v2/Users",
        "GET /scim/v2/Nothing",
        "DELETE /scim/v2/Users/nobody",
        "POST /healthz",
    ]);
    let head = format!(
        "{line} HTTP/1.1\r\nHost: people.example\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/scim+json\r\n{lengths}\r\n"
    );
    let bytes = format!("{head}0\r\n\r\n{hidden}").into_bytes();
    Hostile {
        bytes,
        is_cut: false,
        may_be_closed: true,
        is_bulk: false,
    }
}

/// A host that is none, or several.
pub(crate) fn host(seed: &mut Seed, _: &str) -> Hostile {
    let fields = seed.one_of(&[
        "Host: a\r\nHost: b\r\n",
        "Host: people.example\r\nHost: people.example\r\n",
        "Host: a b\r\n",
        "Host: a/b\r\n",
        "Host: user@people.example\r\n",
        "Host: people.example:port\r\n",
        "Host: [::1\r\n",
        "Host: \r\n",
        "Host: a,b\r\n",
        "Host: \u{e9}\r\n",
        "X-Not-A-Host: people.example\r\n",
    ]);
    let bytes = format!("GET /healthz HTTP/1.1\r\nConnection: close\r\n{fields}\r\n").into_bytes();
    Hostile {
        bytes,
        is_cut: false,
        may_be_closed: false,
        is_bulk: false,
    }
}

/// A method that is not offered, or none at all.
pub(crate) fn method(seed: &mut Seed, id: &str) -> Hostile {
    let method = seed.one_of(&[
        "TRACE",
        "CONNECT",
        "OPTIONS",
        "PROPFIND",
        "get",
        "GETX",
        "G\u{1}T",
        "",
        "PURGE",
        "SEARCH",
        "LINK",
        "QUERY",
        "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    ]);
    let target = match seed.below(6) {
        0 => "/scim/v2/Users".to_owned(),
        1 => format!("/scim/v2/Users/{id}"),
        2 => "/surveys/audience".to_owned(),
        3 => "/scim/v2/Bulk".to_owned(),
        4 => "/metrics".to_owned(),
        _ => "/".to_owned(),
    };
    Hostile {
        may_be_closed: true,
        ..request(&format!("{method} {target}"), "", b"")
    }
}

/// A place where nothing is.
pub(crate) fn target(seed: &mut Seed, id: &str) -> Hostile {
    let target = match seed.below(5) {
        0 => format!("/scim/v2/Users/{}", "x".repeat(10_000 + seed.below(80_000))),
        1 => format!(
            "/scim/v2/Users/{id}/{}",
            seed.one_of(&["x", "..", "%2e%2e", ".search", id])
        ),
        2 => format!("/scim/v2/{}", "../".repeat(1 + seed.below(30))),
        _ => seed
            .one_of(&[
                "//",
                "//evil.example/scim/v2/Users",
                "http://evil.example/other",
                "http://evil.example",
                "*",
                "/scim/v2/Users/%00",
                "/scim/v2/Users/%ff",
                "/scim/v2/Users/%",
                "/scim/v2/Users/%zz",
                "/scim/v2%2FUsers",
                "/SCIM/V2/Users",
                "/scim/v2/Users/..%2f..%2fetc",
                "/scim/v2/\u{e9}",
                "/scim/v2/Users?filter=\u{e9}",
                "scim/v2/Users",
                "/scim/v2/Users /x",
                "/scim/v2/Users\t",
                "ftp://people.example/",
                "\\scim\\v2\\Users",
                "/surveys/audience?at=x",
                "/surveys/audience?at=%ff",
                "/surveys/audience?at=99999999-01-01T00:00:00Z",
            ])
            .to_owned(),
    };
    Hostile {
        may_be_closed: true,
        ..request(&format!("GET {target}"), "", b"")
    }
}

/// A protocol that is not spoken here.
pub(crate) fn version(seed: &mut Seed, _: &str) -> Hostile {
    let line = seed.one_of(&[
        "GET /scim/v2/Users\r\n",
        "GET /scim/v2/Users HTTP/0.9\r\n\r\n",
        "GET /scim/v2/Users HTTP/1.2\r\n\r\n",
        "GET /scim/v2/Users HTTP/3.0\r\n\r\n",
        "GET /scim/v2/Users HTTP/1\r\n\r\n",
        "GET /scim/v2/Users http/1.1\r\n\r\n",
        "GET /scim/v2/Users HTTP/1.1x\r\n\r\n",
        "GET  /scim/v2/Users  HTTP/1.1\r\n\r\n",
        "\0\0\0\0",
        "\x16\x03\x01\x02\0\x01\0\x01",
        "EHLO people.example\r\n",
        "SSH-2.0-x\r\n",
        "\r\n\r\n\r\n",
        "{}\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
    ]);
    Hostile {
        bytes: line.as_bytes().to_vec(),
        is_cut: true,
        may_be_closed: true,
        is_bulk: false,
    }
}

/// HTTP/2 that goes wrong after its first words.
pub(crate) fn preface(seed: &mut Seed, _: &str) -> Hostile {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    if seed.below(4) == 0 {
        bytes.truncate(1 + seed.below(bytes.len() - 1));
    }
    if seed.below(2) == 0 {
        bytes.extend_from_slice(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
    }
    for _ in 0..seed.below(200) {
        bytes.push(u8::try_from(seed.below(256)).unwrap());
    }
    Hostile {
        bytes,
        is_cut: true,
        may_be_closed: true,
        is_bulk: false,
    }
}

/// Escapes in parameters that say how an answer is shown.
pub(crate) fn escape(seed: &mut Seed, _: &str) -> Hostile {
    let parameter = seed.one_of(&["attributes", "excludedAttributes", "sortBy"]);
    let value = match seed.below(3) {
        0 => "a.".repeat(20 + seed.below(2_000)),
        1 => seed
            .one_of(&[
                "%5B",
                "%28",
                "name..x",
                "%2C%28",
                "emails%5B0%5D",
                "%22",
                "a%00b",
                "%C3%28",
                "..",
                "urn%3A%5B",
            ])
            .to_owned(),
        _ => "%28".repeat(1 + seed.below(500)),
    };
    request(&format!("GET /scim/v2/Users?{parameter}={value}"), "", b"")
}

/// What no filter is.
pub(crate) fn filter(seed: &mut Seed, _: &str) -> Hostile {
    let filter = match seed.below(9) {
        0 => "(".repeat([1, 100, 9_000][seed.below(3)]),
        1 => "not%20(".repeat(1 + seed.below(2_000)),
        2 => format!(
            "{}userName",
            "userName%20eq%20%22x%22%20or%20".repeat(1 + seed.below(600))
        ),
        3 => format!(
            "userName%20{}",
            seed.one_of(&[
                "eq",
                "xx%201",
                "eq%20",
                "pr%20pr",
                "eq%20%22x",
                "co%201",
                "gt%20true",
                "eq%20%22%5Cq%22"
            ])
        ),
        4 => format!(
            "emails[{}",
            seed.one_of(&[
                "",
                "type",
                "type%20eq",
                "type%20eq%20%22work%22",
                "[type%20pr]]",
                "]"
            ])
        ),
        5 => format!(
            "{}%20eq%201",
            seed.one_of(&[
                "nothing",
                "%25",
                "user%20%20Name",
                "urn:x:y",
                "name.x",
                "active.x",
                "%C3%BF"
            ])
        ),
        6 => seed
            .one_of(&[
                "'%20or%20'1'='1",
                "%22;DROP%20TABLE%20resources;--",
                "%00",
                "%ff",
                "%",
                "%zz",
                "$1",
                "\\",
            ])
            .to_owned(),
        7 => format!(
            "userName%20eq%20{}",
            seed.one_of(&["1e999", "--1", "0x1", "nil", "undefined", "[]", "{}", "'x'"])
        ),
        _ => {
            let mut text = String::from("!");
            for _ in 0..seed.below(60) {
                let _ = write!(text, "%{:02x}", seed.below(256));
            }
            text
        }
    };
    request(&format!("GET /scim/v2/Users?filter={filter}"), "", b"")
}

/// A cursor that the service has not given.
pub(crate) fn cursor(seed: &mut Seed, _: &str) -> Hostile {
    let mut cursor = String::new();
    for _ in 0..=seed.below(300) {
        let letters = [
            "A", "z", "0", "-", "_", "~", ".", "%00", "%2F", "%FF", "=", "%20", "+",
        ];
        cursor.push_str(seed.one_of(&letters));
    }
    request(&format!("GET /scim/v2/Users?cursor={cursor}"), "", b"")
}

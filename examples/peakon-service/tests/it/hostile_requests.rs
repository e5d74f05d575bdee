//! Hostile requests, made from a seed: families of them, each with a member for every number.

use std::fmt;

use serde_json::{Value, json};

use crate::hostile_http::{
    cursor, escape, filter, header, host, length, method, preface, smuggled, target, transfer,
    version,
};
use crate::support::{TOKEN, USER, patch_of};

/// Bytes that are sent as they are.
pub(crate) struct Hostile {
    pub(crate) bytes: Vec<u8>,
    /// The client sends nothing more, although something is missing.
    pub(crate) is_cut: bool,
    /// The connection may be closed without an answer, for what came is no HTTP.
    pub(crate) may_be_closed: bool,
    /// The refusals may stand in the answer to a bulk request.
    pub(crate) is_bulk: bool,
}

impl fmt::Debug for Hostile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin: Vec<u8> = self.bytes.iter().copied().take(400).collect();
        write!(
            formatter,
            "{:?} ({} bytes)",
            String::from_utf8_lossy(&begin),
            self.bytes.len()
        )
    }
}

/// Numbers that look drawn, and are the same in every run (`SplitMix64`).
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) fn new(number: u64) -> Self {
        Self(number)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub(crate) fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

type Family = fn(&mut Seed, &str) -> Hostile;

pub(crate) fn families() -> Vec<Family> {
    vec![
        malformed_json,
        nested_json,
        wrong_resource,
        encoding,
        media_type,
        filter,
        patch_path,
        patch_value,
        cursor,
        bulk,
        header,
        length,
        transfer,
        smuggled,
        host,
        method,
        target,
        version,
        preface,
        escape,
    ]
}

/// A request whose head is complete and well formed but for what is hostile about it.
pub(crate) fn request(line: &str, fields: &str, body: &[u8]) -> Hostile {
    let mut bytes = format!("{line} HTTP/1.1\r\nConnection: close\r\n{fields}").into_bytes();
    if !fields.to_ascii_lowercase().contains("host:") {
        bytes.extend_from_slice(b"Host: people.example\r\n");
    }
    if !fields.to_ascii_lowercase().contains("authorization:") {
        bytes.extend_from_slice(format!("Authorization: Bearer {TOKEN}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    Hostile {
        bytes,
        is_cut: false,
        may_be_closed: false,
        is_bulk: false,
    }
}

fn with_body(line: &str, body: &[u8]) -> Hostile {
    let length = body.len();
    let fields = format!("Content-Type: application/scim+json\r\nContent-Length: {length}\r\n");
    request(line, &fields, body)
}

pub(crate) const CREATE: &str = "POST /scim/v2/Users";

fn with_json(line: &str, body: &Value) -> Hostile {
    with_body(line, body.to_string().as_bytes())
}

/// Text that is almost JSON.
fn malformed_json(seed: &mut Seed, _: &str) -> Hostile {
    let good = format!(r#"{{"schemas": ["{USER}"], "userName": "x", "active": true}}"#);
    let broken = match seed.below(8) {
        0 => good.split_at(1 + seed.below(good.len() - 1)).0.to_owned(),
        1 => format!("{good}{}", seed.one_of(&["x", "{}", ",", "]", "\u{1}"])),
        2 => good.replace(
            "true",
            seed.one_of(&[
                "True", "NaN", "Infinity", "0x1", "01", "+1", ".5", "1.", "1e", "-",
            ]),
        ),
        3 => good.replace(
            "\"x\"",
            seed.one_of(&["'x'", "x", "\"x", "\"\\x\"", "\"\\u12\"", "\"\n\""]),
        ),
        4 => good.replace(
            ", \"userName\"",
            seed.one_of(&[",, \"userName\"", " \"userName\"", ", /* */ \"userName\""]),
        ),
        5 => good.replace("\"userName\": \"x\"", r#""userName": "x", "userName": "y""#),
        6 => good.replace("\"userName\": \"x\"", r#""userName": "x", "USERNAME": "y""#),
        _ => seed
            .one_of(&[
                "", " ", "null", "true", "1", "\"x\"", "[]", "[{}]", "{}", "1e999",
            ])
            .to_owned(),
    };
    with_body(CREATE, broken.as_bytes())
}

/// More brackets than anybody closes by hand.
fn nested_json(seed: &mut Seed, _: &str) -> Hostile {
    let depth = [150, 1_000, 20_000, 90_000][seed.below(4)];
    let (open, close) = [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")][seed.below(3)];
    let middle = seed.one_of(&["1", "", "null"]);
    let nested = format!(
        "{}{middle}{}",
        open.repeat(depth),
        close.repeat(seed.below(2) * depth)
    );
    with_body(
        CREATE,
        format!(r#"{{"schemas": ["{USER}"], "userName": {nested}}}"#).as_bytes(),
    )
}

/// JSON that no employee is.
fn wrong_resource(seed: &mut Seed, _: &str) -> Hostile {
    let mut body = json!({"schemas": [USER], "userName": "x"});
    let text = match seed.below(9) {
        0 => {
            body["userName"] =
                [json!(1), json!([]), json!({}), json!(" "), json!(null)][seed.below(5)].clone();
            body.to_string()
        }
        1 => {
            body["schemas"] = [
                json!([]),
                json!("x"),
                json!(["urn:example:nothing"]),
                json!([[USER]]),
            ][1 + seed.below(3)]
            .clone();
            body.to_string()
        }
        2 => {
            body["emails"] =
                json!([{"value": "x", "primary": true}, {"value": "y", "primary": true}]);
            body.to_string()
        }
        3 => {
            body["x509Certificates"] = json!([{"value": "no certificate %"}]);
            body.to_string()
        }
        4 => {
            body["userName"] = json!("x".repeat(1_200_000 + seed.below(900_000)));
            body.to_string()
        }
        5 => {
            body["userName"] = json!("x\0y");
            body.to_string()
        }
        6 => {
            body["name"] = json!([1, "x", [{}]]);
            body.to_string()
        }
        7 => {
            let own = "urn:ietf:params:scim:schemas:extension:peakon:2.0:User";
            let number = seed.one_of(&[
                "1e999",
                "-1e999",
                "1.5",
                "1e400000000",
                "99999999999999999999999",
            ]);
            format!(
                r#"{{"schemas": ["{USER}", "{own}"], "userName": "x", "{own}": {{"Salary": {number}}}}}"#
            )
        }
        _ => {
            let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
            body[enterprise] = json!({"manager": {"value": "nobody-".repeat(1 + seed.below(50))}});
            body.to_string()
        }
    };
    with_body(CREATE, text.as_bytes())
}

/// Bytes that are no UTF-8, and text that is none in another way.
fn encoding(seed: &mut Seed, _: &str) -> Hostile {
    let good = format!(r#"{{"schemas": ["{USER}"], "userName": "@"}}"#);
    let (before, after) = good.split_once('@').unwrap();
    let inside: &[u8] = [
        &b"\xff"[..],
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf5\x80\x80\x80",
        b"\xe2\x82",
        b"\0",
        b"\\ud800",
        b"\\udfff\\ud800",
        b"\\u0000",
        b"\x80",
    ][seed.below(10)];
    let body = match seed.below(4) {
        0 => good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => [
            b"\xfe\xff".to_vec(),
            good.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ]
        .concat(),
        _ => [before.as_bytes(), inside, after.as_bytes()].concat(),
    };
    with_body(CREATE, &body)
}

/// A good body under a wrong name.
fn media_type(seed: &mut Seed, _: &str) -> Hostile {
    let body = json!({"schemas": [USER], "userName": "x"}).to_string();
    let media_type = seed.one_of(&[
        "text/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "image/png",
        "json",
        "*/*",
        "text/plain; charset=utf-16",
        "application/octet-stream",
    ]);
    let fields = format!(
        "Content-Type: {media_type}\r\nContent-Length: {}\r\n",
        body.len()
    );
    request(CREATE, &fields, body.as_bytes())
}

/// What no path of a PATCH request is.
fn patch_path(seed: &mut Seed, id: &str) -> Hostile {
    let path = match seed.below(5) {
        0 => "emails[".repeat(1 + seed.below(3_000)),
        1 => "a.".repeat(1 + seed.below(3_000)),
        2 => "(".repeat(1 + seed.below(3_000)),
        3 => format!("emails[type eq \"{}", "x".repeat(seed.below(9_000))),
        _ => seed
            .one_of(&[
                "[",
                "]",
                ".",
                "..",
                "userName.",
                ".userName",
                "name..givenName",
                "userName[x pr]",
                "emails[type eq].value",
                "emails[0]",
                "$ref",
                "emails[type eq \"work\"]value",
                "urn:",
                ":",
                "nothing",
                "name.nothing",
                "\0",
                "\u{202e}",
                "emails[nothing pr].value",
                "id.x",
            ])
            .to_owned(),
    };
    with_json(
        &format!("PATCH /scim/v2/Users/{id}"),
        &patch_of("replace", &path, json!("x")),
    )
}

/// A PATCH request that is wrong in another way.
fn patch_value(seed: &mut Seed, id: &str) -> Hostile {
    let mut body = patch_of("replace", "userName", json!("x"));
    let operation = body["Operations"][0].clone();
    let (place, values) = match seed.below(8) {
        0 => ("/Operations", json!([{}, "x", 1, [1], [null]])),
        1 => ("/schemas", json!(["x", ["urn:example:x"], 1])),
        2 => (
            "/Operations/0/op",
            json!(["move", "copy", "test", 1, "", null]),
        ),
        3 => ("/Operations/0/value", json!([[1, 2], {"a": 1}])),
        4 => ("/Operations/0/path", json!([1, [], {}])),
        5 => ("/Operations", json!([vec![operation; 20_000]])),
        6 => ("/Operations/0/path", json!(["id"])),
        _ => (
            "/Operations/0",
            json!([{"op": "add", "path": "members", "value": [{"value": "x"}]}]),
        ),
    };
    let value = values[seed.below(values.as_array().unwrap().len())].clone();
    *body.pointer_mut(place).unwrap() = value;
    with_json(&format!("PATCH /scim/v2/Users/{id}"), &body)
}

/// A bulk request with nothing good in it.
fn bulk(seed: &mut Seed, id: &str) -> Hostile {
    let operation = |method: &str, path: &str| json!({"method": method, "path": path, "bulkId": "b", "data": {"schemas": [USER]}});
    let operations = match seed.below(9) {
        0 => vec![operation("DELETE", "/Users/nobody"); 1_001 + seed.below(500)],
        1 => vec![operation("POST", "/Bulk")],
        2 => vec![operation(
            seed.one_of(&["GET", "TRACE", "", "post ", "\0"]),
            "/Users",
        )],
        3 => vec![operation(
            "POST",
            seed.one_of(&[
                "",
                "/",
                "//Users",
                "/Users/../Bulk",
                "Users?x",
                "http://evil.example/Users",
                "/Nothing",
                "/Users/%00",
            ]),
        )],
        4 => {
            let of = |own: &str, other: &str| {
                json!({"method": "POST", "path": "/Users", "bulkId": own,
                "data": {"schemas": [USER], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": format!("bulkId:{other}")}}}})
            };
            vec![of("a", "b"), of("b", "a")]
        }
        5 => vec![json!(null), json!([]), json!(1)],
        6 => vec![operation("PUT", &format!("/Users/{id}/{id}"))],
        7 => vec![
            json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": {"Operations": [{"op": "replace", "path": "[", "value": 1}]}}),
        ],
        _ => vec![
            json!({"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "G", "members": [{"value": "bulkId:nothing"}]}}),
        ],
    };
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations});
    Hostile {
        is_bulk: true,
        ..with_json("POST /scim/v2/Bulk", &body)
    }
}

//! Headers: any bytes as what a request says about itself, and about where it comes from.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use stoa::ground::network::{Network, household, origin};
use stoa::web::request::{bearer, cookie_value, face, language, local_path, query_value};
use stoa::web::{body, headers, replay};

const NAMES: [&str; 12] = [
    "x-forwarded-for",
    "forwarded",
    "if-match",
    "idempotency-key",
    "content-type",
    "content-length",
    "transfer-encoding",
    "accept-language",
    "authorization",
    "cookie",
    "accept",
    "sec-fetch-site",
];

pub fn any(data: &[u8]) {
    let mut request = TestRequest::post();
    let (mut lines, mut forwarded) = (Vec::new(), Vec::new());
    for line in data.split(|byte| *byte == b'\n').take(40) {
        let Some((which, value)) = line.split_first() else { continue };
        if *which == b'/' {
            if let Ok(uri) = std::str::from_utf8(line).unwrap_or_default().parse::<actix_web::http::Uri>() {
                request = request.uri(&uri.to_string());
            }
            continue;
        }
        let name = NAMES[usize::from(*which) % NAMES.len()];
        let Ok(value) = HeaderValue::from_bytes(value) else { continue };
        match (name, value.to_str()) {
            ("x-forwarded-for", Ok(text)) => lines.push(text.to_owned()),
            ("forwarded", Ok(text)) => forwarded.push(text.to_owned()),
            _ => {}
        }
        request = request.append_header((HeaderName::from_static(name), value));
    }
    let request = request.to_http_request();
    let _ = (face(&request), bearer(&request), query_value(&request, "lang"), replay::long(&request), body::if_match(&request));
    let spoken = language(&request);
    assert!(!spoken.to_string().is_empty());
    for name in ["stoa_session", "stoa_flash", "stoa_visit"] {
        let _ = cookie_value(&request, name);
    }
    let next = query_value(&request, "next").unwrap_or_default();
    let stays = local_path(&next);
    assert!(stays.starts_with('/') && !stays.starts_with("//") && !stays.contains(['\\', '\r', '\n']), "{stays:?}");
    let _ = headers::shown(request.path());

    // Whatever proxies are said to stand between: the address is one that somebody said, or the peer's.
    let peer = "10.0.0.1".parse().expect("an address");
    let ours: [Network; 2] = ["10.0.0.0/8".parse().expect("a network"), "2001:db8::/32".parse().expect("a network")];
    let text = |lines: &[String]| lines.iter().map(String::clone).collect::<Vec<String>>();
    let (lines, forwarded) = (text(&lines), text(&forwarded));
    let (lines, forwarded): (Vec<&str>, Vec<&str>) = (lines.iter().map(String::as_str).collect(), forwarded.iter().map(String::as_str).collect());
    assert_eq!(origin(peer, &[], &lines, &forwarded), peer, "nobody is believed whom nobody has named");
    let _ = household(origin(peer, &ours, &lines, &forwarded));
}

//! Requests that are wrong: each gets a clear answer, none disturbs the server.

use trine_tests::{Trine, get, raw, send};

#[test]
fn a_wrong_question_gets_a_problem_that_says_what_to_write() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    let huge = "9".repeat(400);
    let many = vec!["1"; 5000].join(",");
    let wrong = [
        "/api/v1/values".into(),
        "/api/v1/values?signals=".into(),
        "/api/v1/values?signals=abc".into(),
        format!("/api/v1/values?signals={huge}"),
        format!("/api/v1/values?signals={many}"),
        "/api/v1/values?signals=1&at=yesterday".into(),
        "/api/v1/values?signals=1&at=9999-01-01T00:00:00Z".into(),
        "/api/v1/values?signals=1&branch=no-such-branch".into(),
        "/api/v1/samples?signals=1".into(),
        "/api/v1/samples?signals=1&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z".into(),
        "/api/v1/samples?signals=1&from=now&limit=-1".into(),
        "/api/v1/samples?signals=1&from=now&limit=99999999999".into(),
        "/api/v1/buckets?signals=1&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&buckets=1000000000"
            .into(),
        "/api/v1/events?limit=100000000".into(),
        "/api/v1/events?cursor=%00%FF".into(),
        "/api/v1/events?order=sideways".into(),
        "/api/v1/things/4294967295".into(),
        "/api/v1/things/everything".into(),
        "/api/v1/export?signals=1&from=now&format=exe".into(),
        "/api/v1/world?at=soon".into(),
        "/api/v1/nothing".into(),
    ];
    for path in wrong {
        let answer = get(&trine, &path).unwrap();
        let shown: String = path.chars().take(100).collect();
        assert!((400..500).contains(&answer.status), "{shown}: {} {}", answer.status, answer.text());
        assert!(answer.is_problem(), "{shown}: {} {}", answer.status, answer.text());
    }
    assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
}

#[test]
fn a_wrong_connection_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    let big = format!(r#"{{"url":"{}"}}"#, "x".repeat(3 << 20));
    let bodies: [&[u8]; 8] = [
        b"",
        b"{",
        b"[]",
        b"{\"url\":7}",
        b"{\"url\":\"\"}",
        b"{\"url\":\"gopher://127.0.0.1\"}",
        b"\xFF\xFE",
        big.as_bytes(),
    ];
    for body in bodies {
        let answer = send(&trine, "POST", "/api/v1/connections", body).unwrap();
        let shown: String = String::from_utf8_lossy(body).chars().take(60).collect();
        assert!((400..500).contains(&answer.status), "{shown}: {} {}", answer.status, answer.text());
    }
    let answer = send(&trine, "DELETE", "/api/v1/site", b"").unwrap();
    assert_eq!(answer.status, 405);
    assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
}

#[test]
fn garbage_on_the_socket_disturbs_nobody() {
    let data = tempfile::tempdir().unwrap();
    let mut trine = Trine::start(&["serve"], data.path()).unwrap();
    let endless_header = [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 1 << 20]].concat();
    let garbage: [&[u8]; 6] = [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS \r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 18446744073709551616\r\n\r\n",
        b"GET /%%%/..%2f..%2fetc/passwd HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        &endless_header,
    ];
    for bytes in garbage {
        // Whether it answers or closes is its business.
        if let Ok(answer) = raw(&trine, bytes) {
            let answer = String::from_utf8_lossy(&answer);
            assert!(!answer.contains("root:") && !answer.contains(" 500 "), "{answer}");
        }
        assert!(trine.is_running());
        assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
    }
}

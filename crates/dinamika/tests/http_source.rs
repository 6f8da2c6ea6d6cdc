//! Files by their addresses: what has not changed is not sent again.

mod support;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;
use support::{Project, protocol, registry};

/// What the server was asked and what it sent.
#[derive(Default)]
struct Log {
    asked: Vec<(String, Option<String>)>,
    bytes: usize,
}

#[test]
fn an_unchanged_file_is_asked_for_conditionally_and_not_read() {
    let project = Project::new();
    project.put("Реестр.csv", &registry(), 100);
    let body = Arc::new(Mutex::new(protocol(0, 1..=4, 0)));
    let log = Arc::new(Mutex::new(Log::default()));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn({
        let (body, log) = (Arc::clone(&body), Arc::clone(&log));
        move || listener.incoming().flatten().for_each(|stream| answer(stream, &body.lock().expect("a body"), &log))
    });
    let config = std::fs::read_to_string(project.root().join("dinamika.toml")).expect("a config");
    let source = format!(
        "\n[sources.site]\nhttp = [\"http://{address}/2021/ВПР по математике, 4 класс.csv\", \"http://{address}/нет.csv\"]\n"
    );
    project.write("dinamika.toml", (config + &source).as_bytes());

    let first = project.run();
    assert_eq!((&first["pulled"]["new"], &first["loaded"]["rows"]), (&2.into(), &(12 + 48).into()), "{first}");
    // An address that gives nothing is told and spoils nothing.
    assert!(first["pulled"]["failed"][0].as_str().is_some_and(|reason| reason.contains("404")), "{first}");
    let sent = log.lock().expect("a log").bytes;
    assert!(sent > 0);

    let second = project.run();
    assert_eq!(
        (&second["pulled"]["new"], &second["pulled"]["unchanged"], &second["release"]),
        (&0.into(), &2.into(), &Value::Null),
        "{second}"
    );
    {
        let log = log.lock().expect("a log");
        assert_eq!(log.bytes, sent, "nothing was read again");
        let asked: Vec<_> =
            log.asked.iter().filter(|(path, _)| path.starts_with("/2021/")).map(|(_, etag)| etag.is_some()).collect();
        assert_eq!(asked, [false, true]);
    }

    *body.lock().expect("a body") = protocol(0, 1..=4, 3);
    let third = project.run();
    assert_eq!((&third["pulled"]["new"], &third["loaded"]["replaced_rows"]), (&1.into(), &48.into()), "{third}");
    assert_eq!(project.number("select sum(n_rows) as n from vpr_marks"), 48.0);
}

fn answer(mut stream: TcpStream, body: &[u8], log: &Mutex<Log>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines().map_while(Result::ok);
    let path = lines.next().and_then(|line| Some(line.split(' ').nth(1)?.to_owned())).unwrap_or_default();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let condition = headers.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("if-none-match").then(|| value.trim().to_owned())
    });
    let etag =
        format!("\"{:x}\"", body.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte))));
    let is_there = path.starts_with("/2021/");
    let unchanged = condition.as_ref() == Some(&etag);
    let (status, body) = match (is_there, unchanged) {
        (false, _) => ("404 Not Found", &b""[..]),
        (true, true) => ("304 Not Modified", &b""[..]),
        (true, false) => ("200 OK", body),
    };
    let mut log = log.lock().expect("a log");
    log.asked.push((path, condition));
    log.bytes += body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nETag: {etag}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    sent.expect("the answer is taken");
}

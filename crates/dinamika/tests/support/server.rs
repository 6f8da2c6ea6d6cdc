//! The program serving a project, met over a socket.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Child,
    time::Duration,
};

use super::Project;

/// A server on a port of the system's choice; ended with the test.
pub(crate) struct Server {
    process: Child,
    address: String,
    postgres: String,
}

/// An answer read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) fn start(project: &Project) -> Self {
        let mut process = project
            .command(&["serve", "--bind", "127.0.0.1:0", "--pg", "127.0.0.1:0", "--no-scheduler"])
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(process.stdout.take().expect("output"));
        let mut after = |scheme: &str| {
            let mut line = String::new();
            lines.read_line(&mut line).expect("a line");
            let (_, rest) = line.split_once(scheme).unwrap_or_else(|| panic!("no address in {line}"));
            rest.split(['/', ' ', '\n']).next().expect("an address").to_owned()
        };
        let (address, postgres) = (after("http://"), after("postgresql://"));
        Self { process, address, postgres }
    }

    /// A connection over PostgreSQL's protocol.
    #[allow(dead_code, reason = "not every test that serves connects")]
    pub(crate) fn wire(&self, user: &str, password: &str) -> Result<postgres::Client, postgres::Error> {
        let (host, port) = self.postgres.split_once(':').expect("host:port");
        let mut config = postgres::Config::new();
        config.host(host).port(port.parse().expect("a port")).user(user).password(password).dbname("dinamika");
        config.connect(postgres::NoTls)
    }

    /// Sends a request and reads the answer to its end.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut socket = TcpStream::connect(&self.address).expect("the server listens");
        socket.set_read_timeout(Some(Duration::from_secs(600))).expect("a socket");
        let mut head =
            format!("{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n", self.address, body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        socket.write_all(format!("{head}\r\n{body}").as_bytes()).expect("the request is taken");
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).expect("an answer");
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("UTF-8");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head, body: bytes[end + 4..].to_vec() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

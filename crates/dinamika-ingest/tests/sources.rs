//! Pulling from folders and over HTTP.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use dinamika_ingest::sources::{Content, Known, Pulled, Reach, Seen, SourceError, pull};
use dinamika_project::Location;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

#[derive(Default)]
struct Ledger(HashMap<String, Known>);

impl Seen for Ledger {
    fn seen(&self, path: &str) -> Option<Known> {
        self.0.get(path).cloned()
    }
}

impl Ledger {
    fn keep(&mut self, pulled: &Pulled) {
        let known = Known { size: Some(pulled.size), modified: pulled.modified, etag: pulled.etag.clone() };
        self.0.insert(pulled.path.clone(), known);
    }
}

fn under(base: &Path) -> Reach {
    Reach { base: base.to_owned(), ..Reach::default() }
}

async fn all(location: &Location, base: &Path, seen: &Ledger) -> Vec<Result<Pulled, SourceError>> {
    let mut pull = pull(location, &under(base), seen).await.unwrap().with_max_bytes(1000);
    let mut out = Vec::new();
    while let Some(next) = pull.next().await {
        out.push(next);
    }
    out
}

fn write_old(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

#[tokio::test]
async fn a_folder_of_any_depth() {
    let base = tempfile::tempdir().unwrap();
    let inbox = base.path().join("inbox");
    for name in
        ["2021/4/Математика.xlsx", "a.csv", "~$a.csv", ".hidden", ".git/x.csv", "b.csv.part", "c.tmp", "Thumbs.db"]
    {
        write_old(&inbox.join(name), "1;2");
    }
    write_old(&inbox.join("large.csv"), &"x".repeat(1001));
    let location = Location::Folder("inbox".to_owned());
    let mut ledger = Ledger::default();
    let files = all(&location, base.path(), &ledger).await;
    let paths: Vec<&str> = files.iter().flatten().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["2021/4/Математика.xlsx", "a.csv"]);
    assert!(matches!(files[2], Err(SourceError::TooLarge { .. })));
    for file in files.iter().flatten() {
        assert!(matches!(file.content, Content::Local(_)));
        ledger.keep(file);
    }
    let files = all(&location, base.path(), &ledger).await;
    assert!(files.iter().flatten().all(|file| matches!(file.content, Content::Unchanged)));
    write_old(&inbox.join("a.csv"), "1;3;5");
    let files = all(&location, base.path(), &ledger).await;
    assert!(matches!(&files[1], Ok(Pulled { content: Content::Local(_), .. })));
    let missing = pull(&Location::Folder("nowhere".to_owned()), &under(base.path()), &ledger).await;
    assert!(matches!(missing, Err(SourceError::NoFolder(_))));
}

#[tokio::test]
async fn a_file_just_written_is_looked_at_twice() {
    let base = tempfile::tempdir().unwrap();
    fs::write(base.path().join("still.csv"), "1").unwrap();
    let growing = base.path().join("growing.csv");
    fs::write(&growing, "1").unwrap();
    let writer = std::thread::spawn(move || {
        for at in 0..60 {
            std::thread::sleep(Duration::from_millis(50));
            fs::write(&growing, "1".repeat(at + 2)).unwrap();
        }
    });
    let files = all(&Location::Folder(".".to_owned()), base.path(), &Ledger::default()).await;
    assert!(matches!(&files[0], Ok(Pulled { content: Content::BeingWritten, .. })), "{files:?}");
    assert!(matches!(&files[1], Ok(Pulled { content: Content::Local(_), .. })), "{files:?}");
    writer.join().unwrap();
}

/// A server of one version of a file: 304 to who has it, 404 elsewhere, 1001 bytes at /large.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(socket.read_u8().await.unwrap());
            }
            let request = String::from_utf8(request).unwrap().to_lowercase();
            let answer = if request.contains("if-none-match: \"v1\"")
                || request.contains("if-modified-since: wed, 21 oct 2015 07:28:00 gmt")
            {
                "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n".to_owned()
            } else if request.starts_with("get /large") {
                format!("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n{}", "x".repeat(1001))
            } else if request.starts_with("get /dated") {
                "HTTP/1.1 200 OK\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 3\r\n\r\nabc"
                    .to_owned()
            } else if request.starts_with("get /short") {
                "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nabc".to_owned()
            } else if request.starts_with("get /gone") {
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n".to_owned()
            } else {
                "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 3\r\n\r\nabc".to_owned()
            };
            let answer = answer.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let answer = if answer.contains("\r\n\r\n") { answer } else { answer + "\r\n" };
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn addresses_are_asked_again_only_for_what_changed() {
    let server = server().await;
    let addresses = ["/x/%D0%A4.csv?token=secret", "/dated.csv", "/gone.csv", "/large.csv", "/short.csv"]
        .map(|path| format!("{server}{path}"));
    let location = Location::Http(addresses.to_vec());
    let mut ledger = Ledger::default();
    let files = all(&location, Path::new("."), &ledger).await;
    for file in files.iter().flatten() {
        assert_eq!(fs::read(file.content.path().unwrap()).unwrap(), b"abc");
        assert_eq!(file.size, 3);
        ledger.keep(file);
    }
    assert_eq!(files.iter().flatten().count(), 2);
    let path = &files[0].as_ref().unwrap().path;
    assert!(path.ends_with("/x/Ф.csv") && !path.contains("secret"), "{path}");
    assert!(matches!(files[2], Err(SourceError::Status { status: 404, .. })));
    assert!(matches!(files[3], Err(SourceError::TooLarge { limit: 1000, .. })));
    assert!(matches!(files[4], Err(SourceError::Transport { .. })), "an answer cut short is no file");
    assert!(!files[4].as_ref().unwrap_err().to_string().contains("http://"));
    let files = all(&location, Path::new("."), &ledger).await;
    assert!(files.iter().flatten().all(|file| matches!(file.content, Content::Unchanged) && file.size == 3));
    assert_eq!(files.iter().flatten().count(), 2);
}

#[tokio::test]
async fn wrong_addresses_are_refused_without_their_secrets() {
    let location = Location::Http(vec!["ftp://user:word@host/x?token=1".to_owned()]);
    let refused = pull(&location, &under(Path::new(".")), &Ledger::default()).await.unwrap_err().to_string();
    assert!(refused.contains("host/x") && !refused.contains("word") && !refused.contains("token"), "{refused}");
}

#[tokio::test]
async fn a_file_name_gives_no_orders_to_a_terminal() {
    let base = tempfile::tempdir().unwrap();
    std::fs::create_dir(base.path().join("inbox")).unwrap();
    std::fs::write(base.path().join("inbox/a\u{1b}[2Jb.csv"), "x").unwrap();
    let files = all(&Location::Folder("inbox".to_owned()), base.path(), &Ledger::default()).await;
    assert_eq!(files[0].as_ref().unwrap().path, "a\\u{1b}[2Jb.csv");
}

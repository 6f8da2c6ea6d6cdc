//! The server as its clients meet it: a process, a socket, bytes.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

const VALUES: &str = "indicator,level,entity,entity_name,municipality,period,subject,grade,pupil_grade,task,num,den,n,value,ci_low,ci_high,status,sq";
const COVERAGE: &str = "schools_expected,schools_received,pupils_expected,pupils_received";
/// What follows these in a row of dynamics is an extension.
const CHANGES: &str = "kind,base_period,base_value,change,change_ci_low,change_ci_high,verdict";

/// What has not happened by then does not happen: long enough for the slowest machine.
const PATIENCE: Duration = Duration::from_secs(600);

fn dinamika(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dinamika")).args(arguments).output().unwrap()
}

fn done(arguments: &[&str]) -> String {
    let output = dinamika(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A server on a port of the system's choice; killed when the test is over, however it ends.
struct Server {
    process: Child,
    address: String,
    output: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_dinamika"))
            .arg("-C")
            .arg(folder)
            .args(["serve", "--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let (_, rest) = line.split_once("http://").unwrap_or_else(|| panic!("no address in {line}"));
        let address = rest.split_whitespace().next().unwrap().to_owned();
        Self { process, address, output }
    }

    fn send(&self, method: &str, path: &str, headers: &str) -> Answer {
        self.send_body(method, path, headers, "")
    }

    fn send_body(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let (host, length) = (&self.address, body.len());
        let head = format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n{headers}\r\n");
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(body.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    /// The body of an answer that must be good.
    fn text(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(path)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        let found =
            self.head.lines().filter_map(|line| line.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

#[test]
fn a_region_is_served_over_a_socket() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("region");
    let at = folder.to_str().unwrap();
    done(&["init", at]);
    done(&["generate", "--schools", "44", "--years", "3", "-o", at]);
    assert!(done(&["-C", at, "run"]).contains("Опубликован выпуск 1"));

    let mut server = Server::start(&folder);
    service(&server);
    values(&server);
    formats(&server);
    a_command_writes_the_bytes_of_the_address(&server, &folder);
    mistakes(&server);
    panels_and_pages(&server);
    a_number_and_what_stands_behind_it(&server);
    a_spelling_is_decided(&server);
    a_job_by_hand(&server);
    the_decision_has_moved_rows(&server);
    commands_work_beside_the_server(&server, at);
    ends_gracefully(&mut server);
    open_doors_are_refused(at);
}

fn service(server: &Server) {
    assert_eq!(server.text("/health"), "ok");
    assert_eq!(server.json("/ready")["release"], 1);
    assert!(server.text("/metrics").contains("dinamika_http_requests_total"));
    assert!(server.json("/api/openapi.json")["paths"].as_object().unwrap().len() > 10);
    assert_eq!(server.json("/api/v1/releases")["rows"][0]["id"], 1);
    assert_eq!(server.json("/api/v1/runs/1")["status"], "done");
    assert!(!server.json("/api/v1/rejects")["rows"].as_array().unwrap().is_empty());
}

fn values(server: &Server) {
    let at = "/api/v1/indicators/vpr.share2";
    let csv = server.text(&format!("{at}/values.csv?level=region"));
    // The contract's columns, then the coverage.
    assert_eq!(csv.lines().next(), Some(format!("{VALUES},{COVERAGE}").as_str()));
    assert!(csv.lines().count() > 10);
    let csv = server.text(&format!("{at}/dynamics.csv?level=region"));
    assert!(csv.starts_with(&format!("{VALUES},{CHANGES}")), "{csv}");
    let school =
        server.json(&format!("{at}/values?level=school&limit=1"))["rows"][0]["entity"].as_str().unwrap().to_owned();
    for spelling in [school.clone(), format!("sch{school}"), format!("edu{school}")] {
        let rows = server.json(&format!("{at}/values?entity={spelling}"));
        assert_eq!(rows["rows"][0]["entity"], school.as_str(), "{spelling}");
        assert_eq!(server.json(&format!("/api/v1/entities/{spelling}"))["entity"], school.as_str());
    }
}

fn formats(server: &Server) {
    let at = "/api/v1/indicators/vpr.share2/values";
    for (extension, begins) in [("xlsx", &b"PK"[..]), ("parquet", b"PAR1"), ("arrow", &[0xff; 4]), ("json", b"{")] {
        let answer = server.get(&format!("{at}.{extension}?level=region"));
        assert_eq!(answer.status, 200, "{extension}");
        assert!(answer.body.starts_with(begins), "{extension}");
    }
    let excel = server.text(&format!("{at}.csv?level=region&dialect=excel-ru&labels=ru"));
    let header = format!("{VALUES},{COVERAGE}").replace(',', ";");
    assert!(excel.starts_with(&format!("\u{feff}{header}\r\n")), "{excel}");
    let first = excel.lines().nth(1).unwrap();
    assert!(
        first.contains(";регион;") && first.contains(',') && first.ends_with('\r') | !first.contains('\n'),
        "{first}"
    );

    let fresh = server.get(&format!("{at}.csv?level=region"));
    let known = format!("If-None-Match: {}\r\n", fresh.header("etag"));
    let again = server.send("GET", &format!("{at}.csv?level=region"), &known);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = server.send("GET", &format!("{at}.csv?level=municipality"), &known);
    assert_eq!(other.status, 200);
}

fn a_command_writes_the_bytes_of_the_address(server: &Server, folder: &Path) {
    let (at, kept) = (folder.to_str().unwrap(), folder.join("kept"));
    let extracted = |arguments: &[&str]| {
        done(&[&["-C", at, "extract"], arguments, &["-o", kept.to_str().unwrap()]].concat());
        fs::read(&kept).unwrap()
    };
    let values = "/api/v1/indicators/vpr.share2";
    for format in ["csv", "xlsx", "parquet", "arrow", "json"] {
        let limit = if format == "json" { "&limit=all" } else { "" };
        let served = server.get(&format!("{values}/values.{format}?level=municipality{limit}")).body;
        assert_eq!(extracted(&["vpr.share2", "-f", format, "--where", "level=municipality"]), served, "{format}");
    }
    let served = server.get(&format!("{values}/dynamics.csv?dialect=excel-ru&encoding=windows-1251")).body;
    let dynamics = ["vpr.share2/dynamics", "-f", "csv", "--dialect", "excel-ru", "--encoding", "windows-1251"];
    assert_eq!(extracted(&dynamics), served);
    let dashboard = &server.json("/api/v1/dashboards")["rows"][0];
    let panel = format!("{}/{}", dashboard["id"].as_str().unwrap(), dashboard["panels"][0]["id"].as_str().unwrap());
    let served = server.get(&format!("/api/v1/dashboards/{}.csv", panel.replace('/', "/panels/"))).body;
    assert_eq!(extracted(&[&panel, "-f", "csv"]), served, "{panel}");
    let municipality = server.json("/api/v1/entities?level=municipality&limit=1")["rows"][0]["entity"].clone();
    let archive = format!("/api/v1/entities/{}/extract.zip?labels=ru", municipality.as_str().unwrap());
    assert_eq!(extracted(&[&archive]), server.get(&archive).body);
    assert!(done(&["-C", at, "extract", "vpr.share2", "--where", "level=region"]).contains("────"));
    let refused = dinamika(&["-C", at, "extract", "vpr.share2", "--where", "levle=region"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Известны: level"));
}

fn mistakes(server: &Server) {
    for (path, status, part) in [
        ("/api/v1/indicators/vpr.share2/values?levle=region", 400, "Известны: level"),
        ("/api/v1/indicators/vpr.share2/values?level=world", 400, "school, municipality, region"),
        ("/api/v1/indicators/vpr.shar/values", 404, "Нет показателя"),
        ("/nowhere", 404, "Такого адреса нет"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{path}");
        assert!(answer.text().contains(part), "{path}: {}", answer.text());
    }
}

fn panels_and_pages(server: &Server) {
    assert!(server.text("/plain").contains("<h1>"));
    for dashboard in server.json("/api/v1/dashboards")["rows"].as_array().unwrap() {
        let id = dashboard["id"].as_str().unwrap();
        let page = server.text(&format!("/plain/dashboards/{id}"));
        assert!(!page.contains("Панель не построена"), "{id}");
        for panel in server.json(&format!("/api/v1/dashboards/{id}"))["panels"].as_array().unwrap() {
            server.text(&format!("/api/v1/dashboards/{id}/panels/{}.csv", panel["id"].as_str().unwrap()));
        }
    }
}

fn a_number_and_what_stands_behind_it(server: &Server) {
    let values = server.json("/api/v1/indicators/vpr.n/values?level=school&limit=1&sort=-n");
    let value = &values["rows"][0];
    let text = |name: &str| value[name].as_str().unwrap().to_owned();
    let query = format!(
        "?indicator=vpr.n&entity={}&period={}&subject={}&grade={}&pupil_grade={}",
        text("entity"),
        text("period"),
        text("subject"),
        value["grade"],
        value["pupil_grade"]
    );
    let told = server.json(&format!("/api/v1/explain{query}"));
    assert_eq!((&told["exact"], &told["value"]["num"], &told["release"]), (&true.into(), &value["num"], &1.into()));
    let sheets = told["sources"][0]["files"].as_array().unwrap();
    let (rows, path) = (told["sources"][0]["rows"].as_u64().unwrap(), sheets[0]["path"].as_str().unwrap());
    // Those who were absent have a row and are not counted.
    assert!(rows >= value["n"].as_u64().unwrap(), "{told}");
    assert!(server.text(&format!("/api/v1/explain.csv{query}")).contains(path));
    let file = &server.json("/api/v1/files?limit=50000")["rows"];
    let file = file.as_array().unwrap().iter().find(|file| file["path"] == path).unwrap();
    assert_eq!((&file["status"], &file["sha256"]), (&"loaded".into(), &sheets[0]["sha256"]));
    assert!(
        server.json("/api/v1/files?status=refused")["rows"]
            .as_array()
            .unwrap()
            .iter()
            .all(|file| file["message"].is_string())
    );
    assert!(
        server.json("/api/v1/lineage/vpr.n")["rows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|node| node["name"] == "vpr_protocol")
    );
}

/// The spelling that moves the most rows, and its likeliest school.
fn a_spelling_is_decided(server: &Server) {
    let waiting = server.json("/api/v1/schools/review");
    let spelling = &waiting["rows"][0];
    assert!(spelling["rows"].as_u64().unwrap() > 0, "{waiting}");
    let school = server.json("/api/v1/entities?level=school&limit=1")["rows"][0]["entity"].clone();
    let body = serde_json::json!({"school_ref": spelling["school_ref"], "action": "accept", "school_key": school});
    let noted =
        server.send_body("POST", "/api/v1/schools/decisions", "Content-Type: application/json\r\n", &body.to_string());
    assert_eq!(noted.status, 201, "{}", noted.text());
    let count = |status: &str| {
        server.json(&format!("/api/v1/schools/review?status={status}"))["rows"].as_array().unwrap().len()
    };
    assert_eq!((count("waiting") + 1, count("decided")), (waiting["rows"].as_array().unwrap().len(), 1));
}

fn the_decision_has_moved_rows(server: &Server) {
    let began = Instant::now();
    while server.json("/ready")["release"] != 2 {
        assert!(began.elapsed() < PATIENCE, "the release with the decision is not served");
        std::thread::sleep(Duration::from_millis(200));
    }
    let told = server.json("/api/v1/releases/1..2");
    let tables: Vec<&str> =
        told["tables"].as_array().unwrap().iter().map(|one| one["table"].as_str().unwrap()).collect();
    assert!(tables.contains(&"school_match") && !tables.contains(&"vpr_protocol"), "{tables:?}");
    assert!(!told["rows"].as_array().unwrap().is_empty() && !told["indicators"].as_array().unwrap().is_empty());
    let csv = server.text("/api/v1/releases/1..2.csv");
    assert!(csv.starts_with("indicator,level,entity,") && csv.lines().count() > 2, "{csv}");
}

fn a_job_by_hand(server: &Server) {
    let begun = server.send("POST", "/api/v1/jobs/nightly/run", "");
    assert_eq!(begun.status, 202, "{}", begun.text());
    let run = begun.header("location").to_owned();
    assert!(run.starts_with("/api/v1/runs/"), "{run}");
    let began = Instant::now();
    while server.json(&run)["status"] != "done" {
        assert!(began.elapsed() < PATIENCE, "{run} does not end");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(server.json(&run)["job"], "nightly");
}

/// A run of the command line waits for that of the server and goes after it; readers see its release.
fn commands_work_beside_the_server(server: &Server, folder: &str) {
    assert_eq!(done(&["-C", folder, "plan"]).trim(), "Делать нечего: ничего не изменилось.");
    let file = server.json("/api/v1/rejects")["rows"][0]["path"].as_str().unwrap().to_owned();
    assert!(done(&["-C", folder, "files", "withdraw", &file]).contains(&file));
    let before = server.json("/api/v1/releases")["rows"][0]["id"].as_u64().unwrap();
    assert_eq!(server.send("POST", "/api/v1/jobs/nightly/run", "").status, 202);
    let told: serde_json::Value = serde_json::from_str(&done(&["-C", folder, "run", "--json"])).unwrap();
    let runs = server.json("/api/v1/runs")["rows"].as_array().unwrap().clone();
    let number = |run: &serde_json::Value| run["id"].as_str().unwrap().parse::<u64>().unwrap();
    let (own, scheduled) = (&runs[0], &runs[1]);
    assert_eq!(
        (number(own), &own["job"], &scheduled["job"]),
        (told["run"].as_u64().unwrap(), &serde_json::Value::Null, &"nightly".into())
    );
    assert_eq!((&own["status"], &scheduled["status"]), (&"done".into(), &"done".into()));
    let time =
        |run: &serde_json::Value, at: &str| run[at].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(time(own, "started_at") >= time(scheduled, "finished_at"), "{runs:?}");
    let began = Instant::now();
    while server.json("/ready")["release"].as_u64() <= Some(before) {
        assert!(began.elapsed() < PATIENCE, "the new release is not served");
        std::thread::sleep(Duration::from_millis(200));
    }
    // The schedule itself has one keeper.
    let second = dinamika(&["-C", folder, "serve", "--bind", "127.0.0.1:0"]);
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains("--no-scheduler"), "{said}");
}

fn ends_gracefully(server: &mut Server) {
    let asked = Command::new("kill").args(["-TERM", &server.process.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let mut rest = String::new();
    server.output.read_to_string(&mut rest).unwrap();
    assert!(server.process.wait().unwrap().success(), "{rest}");
    assert!(TcpStream::connect(&server.address).is_err());
}

/// Without accounts nobody opens a door to the network.
fn open_doors_are_refused(folder: &str) {
    let refused = dinamika(&["-C", folder, "serve", "--bind", "0.0.0.0:0"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("dinamika user add"), "{said}");
    assert!(fs::metadata(Path::new(folder).join("data")).is_ok());
}

#[test]
fn speed() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    for _ in 0..5 {
        let t = std::time::Instant::now();
        let l = dinamika_project::load(root).unwrap();
        eprintln!("LOAD {:?} {}", t.elapsed(), l.project.models.len());
    }
}

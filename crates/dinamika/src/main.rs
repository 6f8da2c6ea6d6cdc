//! dinamika
fn main() {}

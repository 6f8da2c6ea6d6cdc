//! dinamika-server

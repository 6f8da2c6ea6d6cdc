//! dinamika-engine

//! dinamika-lake

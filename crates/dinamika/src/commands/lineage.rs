//! `lineage`: where tables and columns come from.

use dinamika_server::{LineageNode, lineage_nodes};

use crate::{cli::Lineage, failure::Failure, paint, workshop::Workshop};

pub(super) async fn lineage(workshop: &Workshop, options: &Lineage, json: bool) -> Result<(), Failure> {
    let all = dinamika_engine::lineage(&workshop.project).await;
    let chosen = match &options.table {
        None => all,
        Some(table) => all.around(table).ok_or_else(|| {
            Failure::usage(format!("нет таблицы, показателя или панели «{table}»; все — `dinamika lineage`"))
        })?,
    };
    let nodes = lineage_nodes(&chosen);
    if json {
        return Ok(paint::json(&nodes)?);
    }
    if options.format == "dot" {
        print!("{}", dot(&nodes));
        return Ok(());
    }
    for node in &nodes {
        let title = node.title.as_ref().map(|title| format!(" — {title}")).unwrap_or_default();
        println!("{} [{}]{title}", node.name, word(node.kind));
        if !node.reads.is_empty() {
            println!("  из: {}", node.reads.join(", "));
        }
        // Of the whole project the tables are enough; of one, the columns too.
        for column in node.columns.iter().filter(|_| options.table.is_some()) {
            if let Some(from) = &column.from {
                let origins: Vec<String> =
                    from.iter().map(|origin| format!("{}.{}", origin.table, origin.column)).collect();
                let origins = if origins.is_empty() {
                    "постоянное значение".to_owned()
                } else {
                    origins.join(", ")
                };
                println!("    {} ← {origins}", column.name);
            }
        }
    }
    Ok(())
}

fn word(kind: &str) -> &'static str {
    match kind {
        "pipeline" => "выгрузка",
        "reference" => "справочник",
        "house" => "создаёт программа",
        "view" => "представление",
        "table" => "таблица",
        "indicator" => "показатель",
        "panel" => "панель",
        _ => "?",
    }
}

/// A picture for Graphviz: left to right, one shape a kind.
fn dot(nodes: &[LineageNode]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = String::from("digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for node in nodes {
        let shape = match node.kind {
            "pipeline" => "folder",
            "reference" | "house" => "note",
            "view" => "box, style=dashed",
            "indicator" => "ellipse",
            "panel" => "component",
            _ => "box",
        };
        out += &format!("  {} [shape={shape}];\n", quoted(&node.name));
    }
    for node in nodes {
        for read in node.reads.iter().filter(|read| nodes.iter().any(|other| other.name == **read)) {
            out += &format!("  {} -> {};\n", quoted(read), quoted(&node.name));
        }
    }
    out + "}\n"
}

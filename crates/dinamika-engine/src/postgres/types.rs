//! Rows, columns and parameters in PostgreSQL's types.

use std::sync::Arc;

use arrow::{
    compute::cast,
    datatypes::{DataType, Field, Schema, SchemaRef},
    record_batch::{RecordBatch, RecordBatchOptions},
};
use arrow_pg::datatypes::{
    PG_OID_ALIAS_KEY, arrow_schema_to_pg_fields, df::deserialize_parameters_with_server_types, encode_recordbatch,
    into_pg_type, pg_type_for_alias_kind,
};
use datafusion::{
    common::{
        ParamValues,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{Expr, ExprSchemable, LogicalPlan},
};
use futures::{Stream, StreamExt};
use pgwire::{
    api::{
        Type,
        portal::{Format, Portal},
        results::FieldInfo,
    },
    error::PgWireResult,
    messages::data::DataRow,
};

use crate::{
    EngineError, Params, Rows,
    rows::{plain_schema, plain_type},
};

/// A column of an answer in the protocol's words.
pub type Column = FieldInfo;

/// A parameter `$1`, `$2` …: its Arrow type where the statement tells it, and the type a client is to send.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    arrow: Option<DataType>,
    wire: Type,
}

impl Slot {
    pub(super) fn wire(&self) -> Type {
        self.wire.clone()
    }
}

/// The parameters of a plan by number.
pub(super) fn slots(plan: &LogicalPlan) -> Result<Vec<Slot>, EngineError> {
    let mut known = plan.get_parameter_types().map_err(crate::session::mistake)?;
    let mut oids = Vec::new();
    let walked = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                match part {
                    // `$1::int`: the cast tells the type that the plan does not.
                    Expr::Cast(cast) => {
                        if let Expr::Placeholder(placeholder) = cast.expr.as_ref() {
                            let slot = known.entry(placeholder.id.clone()).or_default();
                            slot.get_or_insert_with(|| cast.field.data_type().clone());
                        }
                    }
                    // `x = any($1)`: a list of what x is.
                    Expr::ScalarFunction(call) if call.func.name() == "array_has" => {
                        if let [Expr::Placeholder(placeholder), of] = call.args.as_slice() {
                            let input = node.inputs().first().and_then(|input| of.get_type(input.schema()).ok());
                            let item = plain_type(&input.unwrap_or(DataType::Utf8));
                            let slot = known.entry(placeholder.id.clone()).or_default();
                            slot.get_or_insert_with(|| DataType::List(Arc::new(Field::new_list_field(item, true))));
                        }
                    }
                    Expr::Placeholder(placeholder) => {
                        known.entry(placeholder.id.clone()).or_default();
                        let kind = placeholder.field.as_ref().and_then(|field| field.metadata().get(PG_OID_ALIAS_KEY));
                        let kind = kind.and_then(|kind| pg_type_for_alias_kind(kind));
                        oids.extend(kind.filter(|kind| *kind == Type::OID).map(|kind| (placeholder.id.clone(), kind)));
                    }
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    walked.map_err(crate::session::mistake)?;
    let mut numbered: Vec<(u32, Slot)> = Vec::new();
    for (id, arrow) in known {
        // `$name` is of `[params]`.
        let Some(number) = id.strip_prefix('$').and_then(|number| number.parse().ok()) else { continue };
        let of_oid = oids.iter().find(|(of, _)| *of == id).map(|(_, kind)| kind.clone());
        let wire = match (of_oid, &arrow) {
            (Some(kind), _) => kind,
            (None, Some(arrow)) => into_pg_type(arrow).unwrap_or(Type::UNKNOWN),
            // As PostgreSQL decides where nothing tells.
            (None, None) => Type::TEXT,
        };
        numbered.push((number, Slot { arrow, wire }));
    }
    numbered.sort_by_key(|(number, _)| *number);
    let gap = numbered.iter().zip(1..).find(|((number, _), expected)| number != expected);
    match gap {
        Some((_, missing)) => Err(EngineError::NotReadOnly(format!("параметра ${missing} в запросе нет"))),
        None => Ok(numbered.into_iter().map(|(_, slot)| slot).collect()),
    }
}

/// The values a client sent for them.
pub(super) fn bound<S: Clone>(slots: &[Slot], portal: &Portal<S>) -> PgWireResult<Params> {
    if portal.parameter_len() == 0 {
        return Ok(Params::None);
    }
    let arrow: Vec<Option<&DataType>> = slots.iter().map(|slot| slot.arrow.as_ref()).collect();
    let wire: Vec<Option<&Type>> = slots.iter().map(|slot| Some(&slot.wire)).collect();
    Ok(match deserialize_parameters_with_server_types(portal, &arrow, &wire)? {
        ParamValues::List(values) => Params::Positional(values.into_iter().map(|value| value.value).collect()),
        ParamValues::Map(values) => {
            Params::Named(values.into_iter().map(|(name, value)| (name, value.value)).collect())
        }
    })
}

/// The schema rows have on their way out, with what the catalogue says of its own types. What has no type yet — `$1`
/// by itself, NULL — is text, as in PostgreSQL.
pub(super) fn told_schema(schema: &Schema) -> SchemaRef {
    let plain = plain_schema(schema);
    let fields = plain.fields().iter().zip(schema.fields()).map(|(plain, own)| {
        let told = plain.as_ref().clone().with_metadata(own.metadata().clone());
        if *told.data_type() == DataType::Null { told.with_data_type(DataType::Utf8) } else { told }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The columns of an answer, each in the format a client asked for.
pub(super) fn columns(schema: &Schema, format: &Format) -> PgWireResult<Vec<FieldInfo>> {
    arrow_schema_to_pg_fields(schema, format, None)
}

/// Rows as messages.
pub(super) fn messages(
    rows: Rows,
    schema: SchemaRef,
    columns: Arc<Vec<FieldInfo>>,
) -> impl Stream<Item = Result<PgWireResult<DataRow>, EngineError>> + Send {
    rows.flat_map(move |batch| {
        let named = batch.and_then(|batch| {
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            // A value may have given a column another type than its parameter promised.
            let told = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
                if column.data_type() == field.data_type() {
                    Ok(Arc::clone(column))
                } else {
                    cast(column, field.data_type())
                }
            });
            let told = told.collect::<Result<Vec<_>, _>>()?;
            Ok(RecordBatch::try_new_with_options(Arc::clone(&schema), told, &options)?)
        });
        match named {
            Ok(batch) => futures::stream::iter(encode_recordbatch(Arc::clone(&columns), batch)).map(Ok).left_stream(),
            Err(error) => futures::stream::once(std::future::ready(Err(error))).right_stream(),
        }
    })
}

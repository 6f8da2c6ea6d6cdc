//! The catalogue in which PostgreSQL's tools look for tables and columns, over the tables one reader sees.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use arrow::{
    array::{ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, StringArray},
    compute::cast,
    datatypes::{DataType, Field, Int32Type},
    record_batch::RecordBatch,
};
use async_trait::async_trait;
use datafusion::{
    catalog::SchemaProvider,
    common::TableReference,
    datasource::{MemTable, TableProvider},
    error::DataFusionError,
    execution::session_state::SessionStateBuilder,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, create_udf},
    prelude::SessionContext,
    scalar::ScalarValue,
};
use datafusion_pg_catalog::pg_catalog::{
    PG_CATALOG_TABLES, PgCatalogSchemaProvider, PgCatalogStaticTables, array_bounds_udf, context::EmptyContextProvider,
    create_current_schema_udf, create_current_schemas_udf, create_pg_backend_pid_udf, create_pg_encoding_to_char_udf,
    create_pg_get_constraintdef, create_pg_get_partition_ancestors_udf, create_pg_get_partkeydef_udf,
    create_pg_get_statisticsobjdef_columns_udf, create_pg_relation_is_publishable_udf, create_pg_relation_size_udf,
    create_pg_stat_get_numscans, create_pg_table_is_visible, create_pg_total_relation_size_udf, format_type,
    generate_series_arg_coercion::CoerceIntArgsToBigInt, has_privilege_udf, oid_type_planner::PgOidTypePlanner,
    pg_get_expr_udf, quote_ident_udf,
};

use super::Setting;
use crate::EngineError;

/// The one database there is.
pub const DATABASE: &str = "dinamika";
/// As which version of PostgreSQL we answer.
pub const SERVER_VERSION: &str = "16.6";

/// Functions that tools ask the catalogue with; none of them reads a table.
pub(super) const FUNCTIONS: &[&str] = &[
    "array_lower",
    "array_position",
    "array_positions",
    "array_upper",
    "arrow_cast",
    "current_database",
    "current_schema",
    "current_schemas",
    "current_user",
    "format_type",
    "has_any_column_privilege",
    "json_build_object",
    "has_database_privilege",
    "has_schema_privilege",
    "has_table_privilege",
    "obj_description",
    "col_description",
    "shobj_description",
    "parse_ident",
    "pg_backend_pid",
    "pg_collation_is_visible",
    "pg_encoding_to_char",
    "pg_function_is_visible",
    "pg_get_constraintdef",
    "pg_get_expr",
    "pg_get_function_arguments",
    "pg_get_function_result",
    "pg_get_indexdef",
    "pg_get_partition_ancestors",
    "pg_get_partkeydef",
    "pg_get_statisticsobjdef_columns",
    "pg_get_userbyid",
    "pg_get_serial_sequence",
    "pg_get_viewdef",
    "pg_is_in_recovery",
    "pg_postmaster_start_time",
    "pg_relation_is_publishable",
    "pg_relation_size",
    "pg_stat_get_numscans",
    "pg_table_is_visible",
    "pg_total_relation_size",
    "pg_type_is_visible",
    "quote_ident",
    "session_user",
    "string_to_array",
    "to_regtype",
    "txid_current",
    "version",
];

/// Table functions of the catalogue; as a plan names them.
const TABLE_FUNCTIONS: &[&str] = &["pg_get_keywords", "generate_series"];

/// Whether a table is of the catalogue.
pub(super) fn is_catalogued(table: &TableReference) -> bool {
    table.schema() == Some("pg_catalog") && PG_CATALOG_TABLES.contains(&table.table())
}

/// Whether a table is a table function of the catalogue.
pub(super) fn is_table_function(table: &TableReference) -> bool {
    TABLE_FUNCTIONS
        .iter()
        .any(|name| table.table().strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('(')))
}

/// Whether it is a table function that tells the same wherever it is asked.
pub(super) fn is_told(table: &TableReference) -> bool {
    table.table().starts_with("pg_get_keywords")
}

/// Puts the catalogue beside the tables of a context, whose only catalogue of its own is [`DATABASE`].
pub(super) fn put_up(context: &SessionContext, reader: &str) -> Result<(), EngineError> {
    let kept = kept_tables()?;
    let provider = PgCatalogSchemaProvider::try_new(
        context.state().catalog_list().clone(),
        Arc::clone(&kept),
        EmptyContextProvider,
    )?;
    let database = context
        .catalog(DATABASE)
        .ok_or_else(|| EngineError::Engine(format!("a context without the catalogue {DATABASE}")))?;
    let own = [("pg_settings", settings()?), ("pg_database", databases()?)];
    let provider = Shelf { own: own.into(), others: Arc::new(provider) };
    database.register_schema("pg_catalog", Arc::new(provider) as Arc<dyn SchemaProvider>)?;
    for function in functions(reader) {
        context.register_udf(function);
    }
    context.register_udf(to_regtype(&kept)?);
    context.register_udtf("pg_get_keywords", kept.pg_get_keywords.clone());
    let state = context.state_ref();
    let planned =
        SessionStateBuilder::new_from_existing(context.state()).with_type_planner(Arc::new(PgOidTypePlanner)).build();
    *state.write() = planned;
    CoerceIntArgsToBigInt::widen(context);
    Ok(())
}

/// The rows that are the same in every database; read once.
fn kept_tables() -> Result<Arc<PgCatalogStaticTables>, EngineError> {
    static KEPT: OnceLock<Arc<PgCatalogStaticTables>> = OnceLock::new();
    if let Some(kept) = KEPT.get() {
        return Ok(Arc::clone(kept));
    }
    let read = Arc::new(PgCatalogStaticTables::try_new()?);
    Ok(Arc::clone(KEPT.get_or_init(|| read)))
}

/// The catalogue's schema with tables of our own in the place of some.
#[derive(Debug)]
struct Shelf {
    own: HashMap<&'static str, Arc<dyn TableProvider>>,
    others: Arc<dyn SchemaProvider>,
}

#[async_trait]
impl SchemaProvider for Shelf {
    fn table_names(&self) -> Vec<String> {
        self.others.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        match self.own.get(name) {
            Some(own) => Ok(Some(Arc::clone(own))),
            None => self.others.table(name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.others.table_exist(name)
    }
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<Arc<dyn TableProvider>, EngineError> {
    let batch = RecordBatch::try_from_iter(columns)?;
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}

/// The settings `SHOW` tells of.
fn settings() -> Result<Arc<dyn TableProvider>, EngineError> {
    let all: Vec<(&str, &str)> =
        Setting::NAMES.iter().filter_map(|name| Some((*name, Setting::default_of(name)?))).collect();
    let text = |of: fn(&(&'static str, &'static str)) -> &'static str| -> ArrayRef {
        Arc::new(all.iter().map(|pair| Some(of(pair))).collect::<StringArray>())
    };
    let nothing = || -> ArrayRef { Arc::new(StringArray::new_null(all.len())) };
    let mut columns = vec![("name", text(|pair| pair.0)), ("setting", text(|pair| pair.1))];
    columns.extend(["unit", "category", "short_desc", "extra_desc"].map(|name| (name, nothing())));
    columns.extend(["context", "vartype", "source", "min_val", "max_val", "enumvals"].map(|name| (name, nothing())));
    columns.extend([("boot_val", text(|pair| pair.1)), ("reset_val", text(|pair| pair.1)), ("sourcefile", nothing())]);
    table(columns)
}

/// The one database.
fn databases() -> Result<Arc<dyn TableProvider>, EngineError> {
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let number = |number: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![number])) };
    let is = |flag: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![flag])) };
    let nothing = || -> ArrayRef { Arc::new(StringArray::new_null(1)) };
    table(vec![
        ("oid", number(16_384)),
        ("datname", text(DATABASE)),
        ("datdba", number(10)),
        ("encoding", number(6)),
        ("datlocprovider", text("c")),
        ("datistemplate", is(false)),
        ("datallowconn", is(true)),
        ("dathasloginevt", is(false)),
        ("datconnlimit", number(-1)),
        ("datfrozenxid", number(1)),
        ("datminmxid", number(1)),
        ("dattablespace", number(1_663)),
        ("datcollate", text("C.UTF-8")),
        ("datctype", text("C.UTF-8")),
        ("datlocale", nothing()),
        ("daticulocale", nothing()),
        ("daticurules", nothing()),
        ("datcollversion", nothing()),
        ("datacl", Arc::new(ListArray::new_null(Arc::new(Field::new_list_field(DataType::Utf8, true)), 1))),
    ])
}

fn functions(reader: &str) -> Vec<ScalarUDF> {
    let privilege = has_privilege_udf::create_has_privilege_udf;
    let version = format!("PostgreSQL {SERVER_VERSION} (dinamika {})", env!("CARGO_PKG_VERSION"));
    let mut all = vec![
        told("current_database", DATABASE),
        told("version", &version),
        told("session_user", reader),
        told("current_user", reader),
        create_current_schema_udf(),
        create_current_schemas_udf(),
        privilege("has_table_privilege"),
        privilege("has_schema_privilege"),
        privilege("has_database_privilege"),
        privilege("has_any_column_privilege"),
        create_pg_table_is_visible(),
        format_type::create_format_type_udf(),
        pg_get_expr_udf::create_pg_get_expr_udf(),
        create_pg_get_partkeydef_udf(),
        create_pg_relation_is_publishable_udf(),
        create_pg_get_statisticsobjdef_columns_udf(),
        create_pg_encoding_to_char_udf(),
        create_pg_backend_pid_udf(),
        create_pg_relation_size_udf(),
        create_pg_total_relation_size_udf(),
        create_pg_stat_get_numscans(),
        create_pg_get_constraintdef(),
        create_pg_get_partition_ancestors_udf(),
        quote_ident_udf::create_quote_ident_udf(),
        quote_ident_udf::create_parse_ident_udf(),
        array_bounds_udf::create_array_upper_udf(),
        array_bounds_udf::create_array_lower_udf(),
        constant("pg_is_in_recovery", vec![], ScalarValue::from(false)),
    ];
    use DataType::{Int32, Utf8};
    let text = |name, arguments| constant(name, arguments, ScalarValue::Utf8(None));
    all.extend([
        constant("pg_get_userbyid", vec![Int32], ScalarValue::from("dinamika")),
        constant("pg_function_is_visible", vec![Int32], ScalarValue::from(true)),
        constant("pg_type_is_visible", vec![Int32], ScalarValue::from(true)),
        constant("pg_collation_is_visible", vec![Int32], ScalarValue::from(true)),
        text("obj_description", vec![Int32, Utf8]),
        text("shobj_description", vec![Int32, Utf8]),
        text("col_description", vec![Int32, Int32]),
        text("pg_get_viewdef", vec![Int32]),
        text("pg_get_serial_sequence", vec![Utf8, Utf8]),
        ScalarUDF::from(Described { signature: Signature::variadic_any(Volatility::Stable) }),
        text("pg_get_indexdef", vec![Int32]),
        text("pg_get_function_result", vec![Int32]),
        text("pg_get_function_arguments", vec![Int32]),
    ]);
    all
}

/// The number of a type by its name; none when there is no such type.
fn to_regtype(kept: &PgCatalogStaticTables) -> Result<ScalarUDF, EngineError> {
    let mut numbers = HashMap::new();
    for batch in kept.pg_type.data() {
        let column = |name: &str, of: &DataType| {
            let column =
                batch.column_by_name(name).ok_or_else(|| EngineError::Engine(format!("pg_type has no {name}")))?;
            Ok::<_, EngineError>(cast(column, of)?)
        };
        let (names, oids) = (column("typname", &DataType::Utf8)?, column("oid", &DataType::Int32)?);
        let pairs = names.as_string::<i32>().iter().zip(oids.as_primitive::<Int32Type>().iter());
        numbers.extend(pairs.filter_map(|(name, oid)| Some((name?.to_owned(), oid?))));
    }
    let find = move |arguments: &[ColumnarValue]| {
        let names = ColumnarValue::values_to_arrays(arguments)?;
        let names = cast(&names[0], &DataType::Utf8)?;
        let found = names.as_string::<i32>().iter().map(|name| numbers.get(name?).copied());
        Ok::<_, DataFusionError>(ColumnarValue::Array(Arc::new(found.collect::<Int32Array>())))
    };
    Ok(create_udf("to_regtype", vec![DataType::Utf8], DataType::Int32, Volatility::Stable, Arc::new(find)))
}

/// `json_build_object(…)`, with which a column's sequence is described: no column here has one.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Described {
    signature: Signature,
}

impl ScalarUDFImpl for Described {
    fn name(&self) -> &'static str {
        "json_build_object"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None)))
    }
}

fn told(name: &str, value: &str) -> ScalarUDF {
    constant(name, vec![], ScalarValue::from(value))
}

/// A function that answers the same whatever it is asked.
fn constant(name: &str, arguments: Vec<DataType>, value: ScalarValue) -> ScalarUDF {
    let of = value.data_type();
    let answer = move |_: &[ColumnarValue]| Ok::<_, DataFusionError>(ColumnarValue::Scalar(value.clone()));
    create_udf(name, arguments, of, Volatility::Stable, Arc::new(answer))
}

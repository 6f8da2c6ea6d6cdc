//! Columns that come, go and change.

use std::sync::Arc;

use arrow::{
    array::{
        Array as _, ArrayRef, AsArray as _, DictionaryArray, Int32Array, ListBuilder, NullArray, StringArray,
        StringBuilder, StringViewArray, StructBuilder, UInt64Array,
    },
    datatypes::{DataType, Field, Fields, Int32Type, Schema},
    record_batch::RecordBatch,
};
use dinamika_lake::{LakeError, Mode, PinnedTable, TableSpec};
use dinamika_project::Zone;
use object_store::ObjectStoreExt as _;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::{
    place,
    rows::{batch, load, name, newest, rows, schema, spec, write},
};

fn with_sex() -> TableSpec {
    let fields = schema()
        .fields()
        .iter()
        .cloned()
        .chain([Arc::new(Field::new("sex", DataType::Utf8, true))])
        .collect::<Fields>();
    TableSpec {
        schema: Arc::new(Schema::new(fields)),
        replacing: vec!["school".parse().unwrap(), "sex".parse().unwrap()],
        ..spec()
    }
}

fn sexed(marks: &[(&str, Option<&str>, i32)], digit: char) -> RecordBatch {
    let id = batch(digit);
    let plain =
        rows(&marks.iter().map(|(school, _, mark)| (Some("t"), Some(*school), *mark, id.as_str())).collect::<Vec<_>>());
    let sex: ArrayRef = Arc::new(marks.iter().map(|mark| mark.1).collect::<StringArray>());
    RecordBatch::try_new(with_sex().schema, plain.columns().iter().cloned().chain([sex]).collect()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_column_is_added_and_older_rows_have_none() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t", "s1", 1), ("t", "s2", 2)]).await;
        let commit = write(
            &place.lake,
            &with_sex(),
            sexed(&[("s1", None, 3), ("s2", Some("f"), 4)], 'b'),
            Mode::Batch(batch('b')),
        )
        .await;
        assert_eq!(commit.version, 1, "columns and rows come in one commit");
        assert_eq!(commit.replaced.get(&batch('a')), Some(&1), "a missing column agrees with no value");
        let table = place.lake.pin(&name()).await.unwrap().unwrap();
        assert_eq!(table.schema.fields().len(), 5);
        // A pipeline that does not know the column yet can still write.
        load(&place.lake, 'c', &[("t", "s3", 5)]).await;
        assert_eq!(newest(&place.lake).await, ["t s1 3 b", "t s2 2 a", "t s2 4 b", "t s3 5 c"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_another_kind_is_refused_until_all_is_replaced() {
    for place in place::every().await {
        load(&place.lake, 'a', &[("t", "s1", 1)]).await;
        let fields = vec![Field::new("mark", DataType::Utf8, true), Field::new("_batch", DataType::Utf8, true)];
        let other =
            TableSpec { schema: Arc::new(Schema::new(fields)), partition_by: None, replacing: Vec::new(), ..spec() };
        let columns: Vec<ArrayRef> =
            vec![Arc::new(StringArray::from(vec!["A"])), Arc::new(StringArray::from(vec!["x"]))];
        let texts = RecordBatch::try_new(Arc::clone(&other.schema), columns).unwrap();

        let mut writer = place.lake.writer(other.clone()).await.unwrap();
        writer.write(texts.clone()).await.unwrap();
        let refused = writer.commit(Mode::Batch(batch('b'))).await;
        assert!(matches!(refused, Err(LakeError::Shape { .. })), "{refused:?}");
        assert_eq!(newest(&place.lake).await, ["t s1 1 a"], "nothing happened");

        let commit = write(&place.lake, &other, texts, Mode::Replace).await;
        assert_eq!(commit.version, 1);
        let table = place.lake.pin(&name()).await.unwrap().unwrap();
        assert_eq!((table.schema.as_ref(), table.partition_by), (other.schema.as_ref(), None));
        let older = place.lake.pin_at(&name(), Zone::Curated, 0).await.unwrap();
        assert_eq!(older.schema, schema(), "a release of before reads what it read");
    }
}

async fn only_file(table: &PinnedTable) -> RecordBatch {
    let [file] = &table.files[..] else { panic!("{} files", table.files.len()) };
    let bytes = table.store.get(&file.path).await.unwrap().bytes().await.unwrap();
    ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap().next().unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_query_gives_is_kept_and_read_as_one_kind() {
    for place in place::every().await {
        let task = Fields::from(vec![Field::new("label", DataType::Utf8, true)]);
        let mut tasks = ListBuilder::new(StructBuilder::new(task, vec![Box::new(StringBuilder::new())]));
        for labels in [&["1", "2"][..], &[]] {
            for label in labels {
                tasks.values().field_builder::<StringBuilder>(0).unwrap().append_value(label);
                tasks.values().append(true);
            }
            tasks.append(true);
        }
        let code: DictionaryArray<Int32Type> = vec![Some("x"), None].into_iter().collect();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("part", Arc::new(StringViewArray::from(vec!["p", "p"]))),
            ("view", Arc::new(StringViewArray::from(vec!["a text longer than twelve bytes", "b"]))),
            ("code", Arc::new(code)),
            ("n", Arc::new(UInt64Array::from(vec![1, 2]))),
            ("nothing", Arc::new(NullArray::new(2))),
            ("tasks", Arc::new(tasks.finish())),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let spec = TableSpec {
            name: "odd".parse().unwrap(),
            zone: Zone::Mart,
            schema: batch.schema(),
            partition_by: Some("part".parse().unwrap()),
            replacing: Vec::new(),
        };
        write(&place.lake, &spec, batch, Mode::Replace).await;
        let table = place.lake.pin(&spec.name).await.unwrap().unwrap();
        let file = only_file(&table).await;
        for field in file.schema().fields() {
            assert_eq!(
                field.data_type(),
                table.schema.field_with_name(field.name()).unwrap().data_type(),
                "{}",
                field.name()
            );
        }
        assert!(file.column_by_name("part").is_none());
        assert_eq!(file.column_by_name("view").unwrap().as_string::<i32>().value(0), "a text longer than twelve bytes");
        assert_eq!(file.column_by_name("tasks").unwrap().as_list::<i32>().value(0).len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_does_not_fit_is_an_error_not_a_gap() {
    let (lake, _folder) = place::local().await;
    let batch = RecordBatch::try_from_iter([
        ("n", Arc::new(UInt64Array::from(vec![u64::MAX])) as ArrayRef),
        ("i", Arc::new(Int32Array::from(vec![1]))),
    ])
    .unwrap();
    let spec =
        TableSpec { name: name(), zone: Zone::Mart, schema: batch.schema(), partition_by: None, replacing: Vec::new() };
    let mut writer = lake.writer(spec).await.unwrap();
    assert!(matches!(writer.write(batch).await, Err(LakeError::Rows(_))));
}

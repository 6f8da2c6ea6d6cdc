use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    },
    ipc::reader::StreamReader,
    record_batch::RecordBatch,
};
use futures::TryStreamExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Dialect, EncodeOptions, Encoding, Format, encode, spooled};
use crate::Rows;

#[tokio::test]
async fn plain_csv() {
    let text = written(rows(), Format::Csv, EncodeOptions::default()).await;
    insta::assert_snapshot!(text, @r#"
    entity,name,n,value,small,ok,day,at
    001,"МБОУ ""СОШ № 1"", г. Новый",12,33.333333333333336,0.1,true,2021-03-05,2021-03-05T10:20:30Z
    002,'=1+2,0,-0.5,2,false,,
    ,,,,,,,
    "#);
}

#[tokio::test]
async fn csv_for_excel() {
    let options = EncodeOptions { dialect: Dialect::ExcelRu, ..EncodeOptions::default() };
    let text = written(rows(), Format::Csv, options).await;
    assert!(text.starts_with('\u{feff}'));
    assert_eq!(text.matches("\r\n").count(), 4);
    insta::assert_snapshot!(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"), @r#"
    entity;name;n;value;small;ok;day;at
    "=""001""";"МБОУ ""СОШ № 1"", г. Новый";12;33,333333333333336;0,1;да;05.03.2021;05.03.2021 10:20:30
    "=""002""";'=1+2;0;-0,5;2;нет;;
    ;;;;;;;
    "#);
}

#[tokio::test]
async fn keys_that_excel_would_spoil_are_told_to_be_text() {
    let spoilt = ["03701000", "1234567890123456", "3.1", "10-2", "2011/12", "1.2.3", "05:30"];
    let kept = ["223080", "123456789012345", "2020/21", "0", "12К1", "5", "-3", "99.99"];
    for (text, guarded) in spoilt.iter().map(|text| (text, true)).chain(kept.iter().map(|text| (text, false))) {
        let column: ArrayRef = Arc::new(StringArray::from(vec![*text]));
        let batch = RecordBatch::try_from_iter([("key", column)]).unwrap();
        let rows = || Rows::from_batches(&batch.schema(), vec![batch.clone()]);
        let options = EncodeOptions { dialect: Dialect::ExcelRu, ..EncodeOptions::default() };
        let excel = written(rows(), Format::Csv, options).await;
        let expected = if guarded { format!("\"=\"\"{text}\"\"\"") } else { (*text).to_owned() };
        assert_eq!(excel, format!("\u{feff}key\r\n{expected}\r\n"));
        let plain = written(rows(), Format::Csv, EncodeOptions::default()).await;
        assert_eq!(plain, format!("key\n{text}\n"), "programs get the key as it is");
    }
}

#[tokio::test]
async fn every_text_a_spreadsheet_would_run_is_guarded() {
    let texts = ["=A1", "+7", "-5", "-0,5", "-5+1", "@x", "|x", "%x", "  =A1", "\tx", "\rx", "x=", ""];
    let column: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
    let batch = RecordBatch::try_from_iter([("=cmd", column)]).unwrap();
    let rows = Rows::from_batches(&batch.schema(), vec![batch]);
    let options = EncodeOptions { dialect: Dialect::ExcelRu, ..EncodeOptions::default() };
    let text = written(rows, Format::Csv, options).await;
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').trim_end().split("\r\n").collect();
    let expected = [
        "'=cmd", "'=A1", "'+7", "-5", "-0,5", "'-5+1", "'@x", "'|x", "'%x", "'  =A1", "'\tx", "\"'\rx\"", "x=", "\"\"",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn windows_1251_counts_what_it_replaced() {
    let options = EncodeOptions { dialect: Dialect::ExcelRu, encoding: Encoding::Windows1251, ..Default::default() };
    let replaced = options.replaced.clone();
    let names: ArrayRef = Arc::new(StringArray::from(vec!["СОШ № 1", "Ӱлгер ≥ 5"]));
    let batch = RecordBatch::try_from_iter([("имя", names)]).unwrap();
    let rows = Rows::from_batches(&batch.schema(), vec![batch]);
    let (spooled, size) = spooled(encode(rows, Format::Csv, options)).await.unwrap();
    let bytes: Vec<u8> = spooled.map_ok(|bytes| bytes.to_vec()).try_concat().await.unwrap();
    assert_eq!(bytes.len() as u64, size);
    let (text, ..) = encoding_rs::WINDOWS_1251.decode(&bytes);
    assert_eq!((text.as_ref(), replaced.count()), ("имя\r\nСОШ № 1\r\n?лгер ? 5\r\n", 2));
}

#[tokio::test]
async fn json_is_one_array() {
    let text = written(rows(), Format::Json, EncodeOptions::default()).await;
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value.as_array().unwrap().len(), 3);
    assert_eq!(value[0]["name"], "МБОУ \"СОШ № 1\", г. Новый");
    assert_eq!(value[0]["day"], "2021-03-05");
    assert_eq!(value[1]["value"], -0.5);
    assert!(value[2].as_object().unwrap().contains_key("entity"));
    assert_eq!(written(none(), Format::Json, EncodeOptions::default()).await, "[\n]\n");
}

#[tokio::test]
async fn a_file_of_no_rows_has_its_header() {
    assert_eq!(written(none(), Format::Csv, EncodeOptions::default()).await, "entity,name,n,value,small,ok,day,at\n");
    assert!(written(none(), Format::Table, EncodeOptions::default()).await.starts_with("entity  name"));
    let parquet = bytes(none(), Format::Parquet, EncodeOptions::default()).await;
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(parquet)).unwrap();
    assert_eq!(reader.schema().fields().len(), 8);
    let ipc = bytes(none(), Format::Arrow, EncodeOptions::default()).await;
    let reader = StreamReader::try_new(ipc.as_slice(), None).unwrap();
    assert_eq!(reader.schema().fields().len(), 8);
    assert!(!bytes(none(), Format::Xlsx, EncodeOptions::default()).await.is_empty());
}

#[tokio::test]
async fn parquet_and_arrow_give_the_rows_back() {
    let expected = batch();
    let parquet = bytes(rows(), Format::Parquet, EncodeOptions::default()).await;
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(parquet)).unwrap().build().unwrap();
    let found: Vec<_> = reader.collect::<Result<_, _>>().unwrap();
    assert_eq!(found[0].columns(), expected.columns());
    let ipc = bytes(rows(), Format::Arrow, EncodeOptions::default()).await;
    let found: Vec<_> = StreamReader::try_new(ipc.as_slice(), None).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(found[0].columns(), expected.columns());
}

#[tokio::test]
async fn a_table_lines_up() {
    let text = written(rows(), Format::Table, EncodeOptions::default()).await;
    insta::assert_snapshot!(text, @r#"
    entity  name                       n               value  small  ok     day         at
    ──────  ────────────────────────  ──  ──────────────────  ─────  ─────  ──────────  ───────────────────
    001     МБОУ "СОШ № 1", г. Новый  12  33.333333333333336    0.1  true   2021-03-05  2021-03-05 10:20:30
    002     =1+2                       0                -0.5      2  false
    "#);
}

#[tokio::test]
async fn the_same_rows_give_the_same_workbook() {
    let about = vec![("Выпуск".to_owned(), "12".to_owned())];
    let options = EncodeOptions { about, ..EncodeOptions::default() };
    let first = bytes(rows(), Format::Xlsx, options.clone()).await;
    assert_eq!(&first[..2], b"PK");
    assert_eq!(first, bytes(rows(), Format::Xlsx, options).await);
}

#[test]
fn a_format_is_known_by_its_extension() {
    for format in Format::ALL {
        assert_eq!(format.extension().parse(), Ok(format));
    }
    assert_eq!("table".parse(), Ok(Format::Table));
    assert!("xls".parse::<Format>().unwrap_err().to_string().contains("«xls»"));
}

async fn written(rows: Rows, format: Format, options: EncodeOptions) -> String {
    String::from_utf8(bytes(rows, format, options).await).unwrap()
}

async fn bytes(rows: Rows, format: Format, options: EncodeOptions) -> Vec<u8> {
    encode(rows, format, options).map_ok(|bytes| bytes.to_vec()).try_concat().await.unwrap()
}

fn rows() -> Rows {
    Rows::from_batches(&batch().schema(), vec![batch()])
}

fn none() -> Rows {
    Rows::from_batches(&batch().schema(), Vec::new())
}

fn batch() -> RecordBatch {
    let moments = TimestampMicrosecondArray::from(vec![Some(1_614_939_630_000_000), None, None]).with_timezone("UTC");
    let columns: [(&str, ArrayRef); 8] = [
        ("entity", Arc::new(StringArray::from(vec![Some("001"), Some("002"), None]))),
        ("name", Arc::new(StringArray::from(vec![Some("МБОУ \"СОШ № 1\", г. Новый"), Some("=1+2"), None]))),
        ("n", Arc::new(Int64Array::from(vec![Some(12), Some(0), None]))),
        ("value", Arc::new(Float64Array::from(vec![Some(100.0 / 3.0), Some(-0.5), None]))),
        ("small", Arc::new(Float32Array::from(vec![Some(0.1), Some(2.0), None]))),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        ("day", Arc::new(Date32Array::from(vec![Some(18_691), None, None]))),
        ("at", Arc::new(moments)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
}

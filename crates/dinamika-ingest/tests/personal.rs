//! Personal data that refuses a file.

use arrow::array::StringArray;
use dinamika_ingest::find_personal;

/// Invented; the sum of `112-233-445` is 95.
const SNILS: &str = "112-233-445 95";

#[test]
fn what_is_personal() {
    let cases = [
        (SNILS, "СНИЛС"),
        ("снилс: 112-233-445 95, телефон", "СНИЛС"),
        ("11223344595", "СНИЛС"),
        ("112 233 445 95", "СНИЛС"),
        ("45 08 123456", "паспорт"),
        ("серия 4508 № 123456", "паспорт"),
        ("серия 45 08 № 123456", "паспорт"),
        ("паспорт 4508 123456", "паспорт"),
    ];
    for (cell, what) in cases {
        assert_eq!(find_personal(&StringArray::from(vec![None, Some("5"), Some(cell)])), Some((2, what)), "{cell}");
    }
}

#[test]
fn what_is_not() {
    let cells = [
        "2234567890",    // ИНН
        "1022200000000", // ОГРН
        "4508123456",    // ten digits
        "11223344596",   // a wrong sum
        "+7 918 123-45-67",
        "8 (918) 123-45-67",
        "89181234567",
        "79181234567",
        "03701000001",
        "03 701 000",
        "22.09.2020 - 23.09.2020",
        "1 2 3 4 5 6 7 8 9 10 11",
        "0 1 2 X 0 1 1 2 0 1",
        "reg22_m001, edu223080, 223081",
        "40702810500000012345",
        "https://example.org/d/11223344595x",
        "",
    ];
    for cell in cells {
        assert_eq!(find_personal(&StringArray::from(vec![cell])), None, "{cell}");
    }
}

#[test]
fn codes_that_have_the_sum_by_chance_do_not_count() {
    let codes: Vec<String> = (0..300).map(|at| format!("0370100{at:04}")).chain(["11223344595".to_owned()]).collect();
    assert_eq!(find_personal(&StringArray::from(codes)), None);
}

//! The query parameters as the OpenAPI tells them: one table a kind of address.

use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter as OpenApiParameter, ParameterBuilder, ParameterIn},
    },
};

type Parameter = (&'static str, &'static str, &'static str);

const DIALECT: Parameter =
    ("dialect", "Вид CSV: `plain` (RFC 4180) или `excel-ru` (BOM, `;`, десятичная запятая).", "excel-ru");
const ENCODING: Parameter = (
    "encoding",
    "Кодировка CSV: `utf-8` или `windows-1251`; сколько знаков заменено — в заголовке X-Dinamika-Replaced.",
    "windows-1251",
);
const CONTROLS: &[Parameter] = &[
    ("columns", "Столбцы через запятую: только они и в этом порядке; без него — все.", "entity_name,period,value"),
    ("sort", "Столбцы через запятую; `-` перед именем — по убыванию.", "-value"),
    ("limit", "Сколько строк (до 50000) или `all` — все. JSON без него — 1000, файлы — все строки.", "100"),
    ("cursor", "Продолжение: значение `next` предыдущего ответа.", "c-3e8-5f0e12ab"),
    ("as_of", "Номер выпуска, по которому отвечать; без него — последний.", "12"),
    DIALECT,
    ENCODING,
    (
        "labels",
        "`ru` — русские подписи вместо кодов в `level`, `status`, `verdict`, `kind`; `full` — ещё и названия \
         показателей и предметов, а в CSV и XLSX — русские заголовки столбцов.",
        "ru",
    ),
];
const LIST: &[Parameter] = &[DIALECT, ENCODING, ("limit", "Сколько строк (не больше 50000).", "100")];
const READ: &[Parameter] = &[DIALECT, ENCODING];
const EXTRACT: &[Parameter] = &[
    ("as_of", "Номер выпуска, по которому отвечать; без него — последний.", "12"),
    ("labels", "`ru` — русские подписи вместо кодов в `level`, `status`, `verdict`, `kind`.", "ru"),
];
const AS_OF: &[Parameter] = &[("as_of", "Номер выпуска, по которому отвечать; без него — последний.", "12")];
const FIRST: &[Parameter] = &[("limit", "Только столько первых строк; без него — все.", "1000")];
const PLACE: &[Parameter] = &[
    ("level", "Уровень: `school`, `municipality`, `region`; несколько — через запятую.", "school"),
    ("entity", "Ключ школы, муниципалитета или региона.", "223080"),
    ("municipality", "Ключ муниципалитета: все его строки.", "03701000"),
];
const SPLIT: &[Parameter] = &[
    ("period", "Учебный год: `2020/21` или `2020/21-осень`.", "2020/21"),
    ("subject", "Код или название предмета.", "MA"),
    ("grade", "Класс работы.", "5"),
    ("pupil_grade", "Класс учеников.", "5"),
    ("task", "Номер задания.", "3"),
    ("status", "`ok`, `suppressed`, `no_data`, `not_comparable`.", "ok"),
];
const CHANGE: &[Parameter] = &[
    ("kind", "`grade` — те же классы, `cohort` — те же дети.", "grade"),
    ("base_period", "С каким периодом сравнение.", "2019/20"),
    ("verdict", "`growth`, `decline`, `within_noise`, `too_few`, `not_comparable`.", "growth"),
];
const REJECTS: &[Parameter] = &[
    ("pipeline", "Только этого описания выгрузки.", "vpr_protocol"),
    ("batch", "Только этой партии.", "9f86d081884c7d65"),
    ("path", "Только файлов, в пути которых есть этот текст.", "Математика"),
    ("rule", "Только отклонения по этому правилу.", "не число"),
    ("offset", "Сколько строк пропустить.", "100"),
];
const EXPLAIN: &[Parameter] = &[
    ("indicator", "Код показателя; обязателен.", "vpr.share2"),
    ("entity", "Ключ школы, муниципалитета или региона; обязателен.", "223080"),
    ("level", "Уровень, если один ключ есть на двух.", "school"),
    ("period", "Учебный год: `2020/21` или `2020/21-осень`.", "2020/21"),
    ("subject", "Код или название предмета.", "MA"),
    ("grade", "Класс работы.", "5"),
    ("pupil_grade", "Класс учеников.", "5"),
    ("task", "Номер задания.", "3"),
    ("as_of", "Номер выпуска, по которому отвечать; без него — последний.", "12"),
];
const FILES: &[Parameter] = &[
    ("status", "`new`, `loaded`, `refused`, `withdrawn`, `copy`.", "refused"),
    ("pipeline", "Только прочитанные этим описанием выгрузки.", "vpr_protocol"),
    ("path", "Только файлы, в пути которых есть этот текст.", "Математика"),
    ("offset", "Сколько строк пропустить.", "100"),
];
const AUDIT: &[Parameter] = &[("action", "Только такие действия.", "login")];
const REVIEW: &[Parameter] = &[
    ("status", "`waiting` (по умолчанию) — ждут решения, `decided` — решены людьми, `all`.", "waiting"),
    ("q", "Только написания, в которых есть этот текст.", "сош 7"),
    ("offset", "Сколько строк пропустить.", "100"),
];

/// Declares the parameters of one kind of address.
macro_rules! parameters {
    ($(#[$doc:meta])* $name:ident = $($group:expr),+) => {
        $(#[$doc])*
        pub(crate) struct $name;
        impl $name {
            pub(crate) const GROUPS: &'static [&'static [Parameter]] = &[$($group),+];
        }
        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<OpenApiParameter> {
                Self::GROUPS.iter().copied().flatten().map(told).collect()
            }
        }
    };
}

parameters!(
    /// Of values.
    ValuesParameters = PLACE, SPLIT, CONTROLS
);
parameters!(
    /// Of dynamics.
    DynamicsParameters = PLACE, SPLIT, CHANGE, CONTROLS
);
parameters!(
    /// Of schools, municipalities and the region.
    EntitiesParameters = PLACE, CONTROLS
);
parameters!(
    /// Of rows whose columns only the project knows: a panel's; any of its columns is a filter besides.
    RowsParameters = CONTROLS
);
parameters!(
    /// Of a short list.
    ListParameters = LIST
);
parameters!(
    /// Of a reader's own SELECT.
    SqlParameters = READ, AS_OF, FIRST
);
parameters!(
    /// Of an archive.
    ExtractParameters = EXTRACT
);
parameters!(
    /// Of one thing.
    ReadParameters = READ
);
parameters!(
    /// Of rejects.
    RejectsParameters = REJECTS, LIST
);
parameters!(
    /// Of the explanation of one value.
    ExplainParameters = EXPLAIN, READ
);
parameters!(
    /// Of files.
    FilesParameters = FILES, LIST
);
parameters!(
    /// Of the audit log.
    AuditParameters = AUDIT, LIST
);
parameters!(
    /// Of spellings of schools.
    ReviewParameters = REVIEW, LIST
);

/// The names of an address's parameters.
pub(crate) fn names(groups: &[&'static [Parameter]]) -> Vec<&'static str> {
    groups.iter().copied().flatten().map(|(name, _, _)| *name).collect()
}

fn told((name, about, example): &Parameter) -> OpenApiParameter {
    ParameterBuilder::new()
        .name(*name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(*about))
        .example(Some((*example).into()))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

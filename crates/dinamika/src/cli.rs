//! The command line. Its help is read on screen, so it is Russian.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use dinamika_project::Role;

/// Мониторинги региональной системы образования: выгрузки → таблицы → показатели → выпуски.
#[derive(Debug, Parser)]
#[command(name = "dinamika", version, about, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// Папка проекта
    #[arg(short = 'C', long = "directory", global = true, default_value = ".", value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Вывести JSON вместо текста
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Создать полный пример региона в DIR, рассчитать его и открыть доступ
    Demo(Demo),
    /// Новый проект: типовые конвейеры, модели, показатели и панели
    Init {
        /// Новая или пустая папка; если не указана — папка проекта
        directory: Option<PathBuf>,
    },
    /// Предложить конвейер для файла: вид, столбцы, типы, образец и сомнения
    Sniff {
        /// Файл выгрузки
        file: PathBuf,
    },
    /// Показать все ошибки проекта
    Check,
    /// Сказать, что и почему сделает запуск, ничего не делая
    Plan {
        /// Конвейер, модель, `+модель` или `модель+`; пусто — всё
        #[arg(default_value = "")]
        select: String,
    },
    /// Забрать файлы, прочитать, рассчитать, проверить и опубликовать
    Run {
        /// Конвейер, модель, `+модель` или `модель+`; пусто — всё
        #[arg(default_value = "")]
        select: String,
        /// Пересчитать всё, даже неизменное
        #[arg(long)]
        full: bool,
    },
    /// Проверки данных и тесты моделей
    Test,
    /// Открыть доступ к последнему выпуску
    Serve(Serve),
    /// Выполнить SELECT по выпуску
    Query(Query),
    /// Выгрузить значения показателя или панель в файл
    Extract(Extract),
    /// Что стоит за одним числом: числитель, знаменатель, формула, модели, файлы, листы и номера строк
    Explain(Explain),
    /// Откуда взялись таблицы и столбцы, от выгрузок до панелей
    Lineage(Lineage),
    /// Отклонённые ячейки и строки
    #[command(subcommand)]
    Rejects(Rejects),
    /// Школы, названные в выгрузках: кто это и кто так решил
    #[command(subcommand)]
    Schools(Schools),
    /// Принятые файлы
    #[command(subcommand)]
    Files(Files),
    /// Выпуски
    #[command(subcommand)]
    Releases(Releases),
    /// Запуски
    #[command(subcommand)]
    Runs(Runs),
    /// Учётные записи: кто и как видит
    #[command(subcommand)]
    User(User),
    /// Токены программ
    #[command(subcommand)]
    Token(Token),
    /// Журнал: входы, выгрузки, SQL, изменения учётных записей и политики
    Audit {
        /// login, logout, download, sql, user, token или policy
        #[arg(long)]
        action: Option<String>,
        /// Сколько последних
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Искусственные выгрузки любого размера с известными эффектами и файлом истины
    Generate(Generate),
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Куда записать пример
    #[arg(default_value = "demo")]
    pub(crate) directory: PathBuf,
    /// Остановиться после расчёта
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// Сколько школ
    #[arg(long, default_value_t = 1_200)]
    pub(crate) schools: usize,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Адрес, на котором слушать
    #[arg(long, env = "DINAMIKA_BIND", default_value = "127.0.0.1:8080")]
    pub(crate) bind: SocketAddr,
    /// Отвечать ещё и по протоколу PostgreSQL на этом адресе: psql, DBeaver, Metabase (обычно 127.0.0.1:5432)
    #[arg(long, env = "DINAMIKA_PG", value_name = "ADDRESS")]
    pub(crate) pg: Option<SocketAddr>,
    /// Сертификат (PEM) для шифрования протокола PostgreSQL
    #[arg(long, env = "DINAMIKA_PG_CERT", value_name = "FILE", requires = "pg_key")]
    pub(crate) pg_cert: Option<PathBuf>,
    /// Ключ сертификата (PEM)
    #[arg(long, env = "DINAMIKA_PG_KEY", value_name = "FILE", requires = "pg_cert")]
    pub(crate) pg_key: Option<PathBuf>,
    /// Не запускать задания по расписанию
    #[arg(long)]
    pub(crate) no_scheduler: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// Один SELECT
    pub(crate) sql: String,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Номер выпуска; если не указан — последний
    #[arg(long)]
    pub(crate) release: Option<u64>,
    /// Как видит учётная запись или роль: `ivanova`, `public`, `school:223080`, `municipal:03701000`, `regional`
    #[arg(long = "as", value_name = "PRINCIPAL")]
    pub(crate) seen_by: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// `vpr.share2`, `vpr.share2/dynamics`, `страница/панель` или адрес `/api/v1/…`
    pub(crate) what: String,
    /// `столбец=значение`; можно несколько
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub(crate) filters: Vec<String>,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Номер выпуска; если не указан — последний
    #[arg(long)]
    pub(crate) release: Option<u64>,
    /// Как видит учётная запись или роль: `ivanova`, `public`, `school:223080`, `municipal:03701000`, `regional`
    #[arg(long = "as", value_name = "PRINCIPAL")]
    pub(crate) seen_by: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Код показателя: `vpr.share2`; `access vpr.share2` — кто видит это число, от кого и почему оно скрыто
    #[arg(required = true, num_args = 1..=2, value_names = ["ПОКАЗАТЕЛЬ"])]
    pub(crate) indicator: Vec<String>,
    /// Ключ школы, муниципалитета или региона
    #[arg(long)]
    pub(crate) entity: String,
    /// Учебный год: `2020/21` или `2020/21-осень`
    #[arg(long)]
    pub(crate) period: Option<String>,
    /// Код или название предмета
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Класс работы
    #[arg(long)]
    pub(crate) grade: Option<String>,
    /// Класс учеников
    #[arg(long)]
    pub(crate) pupil_grade: Option<String>,
    /// Задание
    #[arg(long)]
    pub(crate) task: Option<String>,
    /// school, municipality или region, если один ключ есть на двух уровнях
    #[arg(long)]
    pub(crate) level: Option<String>,
    /// Номер выпуска; если не указан — последний
    #[arg(long)]
    pub(crate) release: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Lineage {
    /// Таблица, код показателя или `доска/панель`; всё, если не указано
    pub(crate) table: Option<String>,
    /// text или dot (для Graphviz)
    #[arg(short = 'f', long, default_value = "text", value_parser = ["text", "dot"])]
    pub(crate) format: String,
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// table, csv, json, parquet, arrow или xlsx
    #[arg(short = 'f', long, default_value = "table")]
    pub(crate) format: String,
    /// `excel-ru`: BOM, `;`, десятичная запятая
    #[arg(long)]
    pub(crate) dialect: Option<String>,
    /// Кодировка CSV: `utf-8` или `windows-1251`
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Файл; если не указан — стандартный вывод
    #[arg(short = 'o', long)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rejects {
    /// Сначала новые
    List {
        /// Только файлы, в пути которых есть этот текст
        #[arg(long)]
        path: Option<String>,
        /// Сколько
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Все отклонения в CSV для Excel вместе со значениями: отправителю, не для публикации
    Export {
        /// Куда записать
        #[arg(short = 'o', long)]
        output: Option<PathBuf>,
    },
    /// Прочитать заново файлы с отклонениями и отвергнутые файлы
    Replay,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schools {
    /// Каждое встреченное написание и школа за ним
    List,
    /// Написания, ждущие решения, с оценёнными кандидатами
    Review,
    /// Это написание — та школа
    Accept {
        /// Как печатает `review`
        school_ref: String,
        /// Ключ школы
        school_key: String,
    },
    /// Это написание — не школа региона
    Reject {
        /// Как печатает `review`
        school_ref: String,
    },
    /// Отменить последнее решение об этом написании
    Undo {
        /// Как печатает `review`
        school_ref: String,
    },
    /// Все решения в CSV
    Export {
        /// Куда записать
        #[arg(short = 'o', long)]
        output: Option<PathBuf>,
    },
    /// Решения из CSV, сделанного `export`
    Import {
        /// Файл CSV
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Files {
    /// Что принято и что с этим стало
    List,
    /// Убрать строки файла из таблиц; сам файл остаётся в хранилище
    Withdraw {
        /// Путь или начало sha256
        file: String,
    },
    /// Вернуть отозванный файл
    Restore {
        /// Путь или начало sha256
        file: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Releases {
    /// Сначала новые
    List,
    /// Один выпуск целиком
    Show {
        /// Номер
        id: u64,
    },
    /// Чем различаются два выпуска
    Diff {
        /// Старший
        a: u64,
        /// Новый
        b: u64,
        /// Сколько изменившихся значений показать; в файл — все
        #[arg(long)]
        limit: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Опубликовать прежний выпуск снова
    Publish {
        /// Номер
        id: u64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Runs {
    /// Сначала новые
    List,
    /// Один запуск по шагам
    Show {
        /// Номер
        id: i64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct As {
    /// school, municipal, regional или administrator
    #[arg(long)]
    pub(crate) role: Option<Role>,
    /// Ключи школ роли school, через запятую
    #[arg(long, value_delimiter = ',')]
    pub(crate) schools: Vec<String>,
    /// Ключи муниципалитетов роли municipal, через запятую
    #[arg(long, value_delimiter = ',')]
    pub(crate) municipalities: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Все
    List,
    /// Новая; пароль спросит программа (или первая строка стандартного ввода)
    Add {
        /// Имя для входа; для входа через организацию — то имя, которое она называет (`claim` в `[oidc]`)
        name: String,
        /// Без пароля: только вход через организацию и токены
        #[arg(long)]
        no_password: bool,
        #[command(flatten)]
        of: As,
    },
    /// Сменить роль
    Role {
        /// Имя для входа
        name: String,
        #[command(flatten)]
        of: As,
    },
    /// Сменить пароль; спросит программа (или первая строка стандартного ввода)
    Password {
        /// Имя для входа
        name: String,
    },
    /// Закрыть вход и отозвать токены
    Disable {
        /// Имя для входа
        name: String,
    },
    /// Вернуть вход
    Enable {
        /// Имя для входа
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Все: чей, до какого дня, когда использован
    List,
    /// Новый; печатается один раз
    Create {
        /// Чей
        user: String,
        /// Для чего
        #[arg(long)]
        label: Option<String>,
        /// Сколько дней действует
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3_650))]
        days: u32,
        #[command(flatten)]
        of: As,
    },
    /// Отозвать
    Revoke {
        /// Как печатает `list`
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Сколько школ
    #[arg(long, default_value_t = 1_200)]
    pub(crate) schools: usize,
    /// Сколько учебных лет, последний — 2023/24
    #[arg(long, default_value_t = 4)]
    pub(crate) years: usize,
    /// Без удачных и неудачных лет: школы, где ничего не посажено, не меняются
    #[arg(long)]
    pub(crate) calm: bool,
    /// Одно и то же зерно даёт одни и те же байты
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Куда записать
    #[arg(short = 'o', long)]
    pub(crate) output: PathBuf,
}

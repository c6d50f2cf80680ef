//! Exported files, read back by readers of their formats.

use crate::http;
use crate::plant::{Plant, SIGNALS, TEMPERATURE, ms, sample, second};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampNanosecondType, UInt32Type};
use arrow_ipc::reader::StreamReader;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use std::fmt::Write as _;
use std::io::{self, Write};
use trine_base::{Sample, SignalId, Value};
use trine_history::SignalFilter;
use trine_serve::export::{ExportError, Format, write};

const ALL: &str = "/api/v1/export?from=2026-11-23T05:00:00Z";

/// A row in the words of the CSV, whatever the format: time in ns, signal, thing, number, text, status.
type Plain = (i64, u32, String, Option<f64>, Option<String>, u32);

fn of_arrow(bytes: &[u8]) -> Vec<Plain> {
    let mut rows = Vec::new();
    for batch in StreamReader::try_new(bytes, None).unwrap() {
        let batch = batch.unwrap();
        let column = |name: &str| batch.column_by_name(name).unwrap();
        let (times, signals) = (
            column("time").as_primitive::<TimestampNanosecondType>(),
            column("signal").as_primitive::<UInt32Type>(),
        );
        let things = column("thing").as_dictionary::<arrow_array::types::Int32Type>();
        let things = things.downcast_dict::<arrow_array::StringArray>().unwrap();
        let (numbers, texts) =
            (column("number").as_primitive::<Float64Type>(), column("text").as_string::<i32>());
        let statuses = column("status").as_primitive::<UInt32Type>();
        for ((((time, signal), thing), number), (text, status)) in
            times.iter().zip(signals).zip(things).zip(numbers).zip(texts.iter().zip(statuses))
        {
            rows.push((
                time.unwrap(),
                signal.unwrap(),
                thing.unwrap_or_default().to_owned(),
                number,
                text.map(str::to_owned),
                status.unwrap(),
            ));
        }
    }
    rows
}

fn of_parquet(bytes: Vec<u8>) -> Vec<Plain> {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let row = |row: Row| {
        let field = |name: &str| row.get_column_iter().find(|(known, _)| *known == name).unwrap().1.clone();
        // The row reader of this crate knows no nanoseconds and gives the integer.
        let Field::Long(time) = field("time") else { panic!("{row}") };
        let unsigned = |name: &str| match field(name) {
            Field::UInt(number) => number,
            other => panic!("{other:?}"),
        };
        let text = |name: &str| match field(name) {
            Field::Str(text) => Some(text),
            Field::Null => None,
            other => panic!("{other:?}"),
        };
        let number = match field("number") {
            Field::Double(number) => Some(number),
            Field::Null => None,
            other => panic!("{other:?}"),
        };
        (
            time,
            unsigned("signal"),
            text("thing").unwrap_or_default(),
            number,
            text("text"),
            unsigned("status"),
        )
    };
    reader.get_row_iter(None).unwrap().map(|found| row(found.unwrap())).collect()
}

#[tokio::test]
async fn csv_says_everything_in_the_order_of_time() {
    let plant = Plant::start().await;
    let answer = plant.get(ALL).await;
    assert!(answer.is_whole);
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"trine.csv\""));
    let text = answer.text();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1 + 302);
    assert_eq!(lines[0], "time,recorded,signal,thing,name,unit,value,status");
    assert_eq!(lines[1], "2026-11-23T05:00:00Z,2026-11-23T05:00:00Z,1,Press 1,temperature,Cel,0.5,0");
    let alarm = lines.iter().find(|line| line.contains("VIB-2") && line.contains("FAULT")).unwrap();
    assert!(alarm.ends_with(r#",condition,,"FAULT|VIB-2|1|HIGH|too ""loud"", 轴",0"#), "{alarm}");
    let bad = lines.iter().find(|line| line.ends_with(",2150694912")).unwrap();
    assert!(bad.starts_with("2026-11-23T05:00:30Z"), "the whole status code: {bad}");
    let times: Vec<trine_base::Instant> =
        lines[1..].iter().map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
    assert!(times.is_sorted());
}

#[tokio::test]
async fn arrow_and_parquet_hold_the_same_rows() {
    let plant = Plant::start().await;
    let arrow = plant.get(&format!("{ALL}&format=arrow")).await;
    let parquet = plant.get(&format!("{ALL}&format=parquet")).await;
    assert_eq!(parquet.header("content-type"), Some("application/vnd.apache.parquet"));
    let rows = of_arrow(&arrow.body);
    assert_eq!(rows.len(), 302);
    assert_eq!(rows, of_parquet(parquet.body));
    assert_eq!(rows[0], (second(0).as_ns(), 1, "Press 1".into(), Some(0.5), None, 0));
    assert_eq!(rows[2].3, Some(1.0), "a boolean is a number");
    assert_eq!(rows[3].4.as_deref(), Some("running"));
    assert!(rows.iter().all(|row| (1..=SIGNALS).contains(&row.1)));
}

#[tokio::test]
async fn spans_signals_and_what_was_known_are_heeded() {
    let plant = Plant::start().await;
    plant.submit(second(60), vec![sample(TEMPERATURE, ms(500), Value::Number(9.0))]).await;
    let count = async |query: &str| {
        let text = plant.get(&format!("/api/v1/export?{query}")).await.text();
        text.split_terminator("\r\n").count() - 1
    };
    assert_eq!(count("from=2026-11-23T05:00:00Z&to=2026-11-23T05:00:02Z&signals=1,4").await, 5);
    assert_eq!(
        count("from=2026-11-23T05:00:00Z&to=2026-11-23T05:00:02Z&signals=1,4&asKnownAt=2026-11-23T05:00:59Z")
            .await,
        4
    );
    assert_eq!(count("from=2026-11-23T04:00:00Z&to=2026-11-23T05:00:00Z").await, 0);
}

/// More signals at one instant than a page holds, and pages that end within a burst.
#[tokio::test]
async fn pages_leave_nothing_out_and_repeat_nothing() {
    let plant = Plant::empty().await;
    let mut sent = 0;
    for (ms_at, signals) in [(0, 200_000), (1, 1), (2, 70_000), (3, 70_000), (4, 70_000), (3_600_000, 2)] {
        let batch: Vec<Sample> = (1..=signals)
            .map(|signal| Sample::good(SignalId(signal), ms(ms_at), Value::Integer(i64::from(signal))))
            .collect();
        sent += batch.len();
        plant.submit(ms(ms_at), batch).await;
    }
    let site = plant.site.clone();
    let export = move || {
        let mut csv = Vec::new();
        let written =
            write(&site.live_track(), &SignalFilter::All, ms(0), second(7200), None, Format::Csv, &mut csv);
        (written.unwrap(), String::from_utf8(csv).unwrap())
    };
    let (rows, csv) = tokio::task::spawn_blocking(export).await.unwrap();
    let lines: Vec<&str> = csv.split_terminator("\r\n").skip(1).collect();
    assert_eq!((rows, lines.len()), (sent as u64, sent));
    let distinct: std::collections::HashSet<&&str> = lines.iter().collect();
    assert_eq!(distinct.len(), sent);
    let signal_without_words = lines.iter().find(|line| line.contains(",199999,")).unwrap();
    assert!(signal_without_words.ends_with(",199999,,,,199999,0"), "{signal_without_words}");
}

/// A writer that takes a few bytes and then no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_no_panic() {
    let plant = Plant::start().await;
    for format in [Format::Csv, Format::Arrow, Format::Parquet] {
        let written = write(
            &plant.site.live_track(),
            &SignalFilter::All,
            ms(0),
            second(60),
            None,
            format,
            &mut Full(100),
        );
        assert!(written.is_err(), "{format:?}");
        assert!(!matches!(written, Err(ExportError::Site(_))), "{format:?}");
    }
}

/// Four clients that stop reading take all places for exports; others hear so, and get theirs when one leaves.
#[tokio::test]
async fn exports_at_once_are_limited() {
    let plant = Plant::empty().await;
    let mut text = String::new();
    for i in 0..20_000 {
        write!(text, "{i:06}").unwrap();
    }
    let long = |s: usize| vec![sample(4, second(s as i64), Value::text(&text[s * 6..s * 6 + 60_000]))];
    plant.submit_all((0..400).map(|s| (second(s as i64), long(s)))).await;
    plant.set_clock(second(400));
    let mut stalled = Vec::new();
    for _ in 0..4 {
        stalled.push(http::begin(&plant.address, ALL).await);
    }
    assert_eq!(plant.problem(ALL).await, (503, "unavailable".into()));
    stalled.pop();
    for _ in 0..1000 {
        let answer = plant.get(&format!("{ALL}&to=2026-11-23T05:00:01Z")).await;
        if answer.status == 200 {
            return assert!(answer.is_whole);
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the place of a client that left is not free again");
}

//! Days and times of day, with the calendar.

/// A text being read from its front.
struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    /// Takes a fixed text.
    fn fixed(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Takes exactly two digits.
    fn two(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(2)?;
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        self.0 = rest;
        Some(number)
    }

    /// Takes as many digits as there are.
    fn digits(&mut self) -> &'a str {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits
    }

    /// Takes a year and says whether it is a leap year.
    fn year(&mut self) -> Option<bool> {
        let negative = self.fixed("-").is_some();
        let digits = self.digits();
        let sound = digits.len() >= 4 && (digits.len() == 4 || !digits.starts_with('0'));
        if !sound || digits.bytes().all(|byte| byte == b'0') {
            return None;
        }
        // Only the last digits decide: 400 divides 10,000.
        let last: u32 = digits[digits.len() - 4..].parse().ok()?;
        let year = if negative { (last + 9_999) % 10_000 } else { last };
        Some(year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)))
    }

    /// Takes a month.
    fn month(&mut self) -> Option<u32> {
        self.two().filter(|month| (1..=12).contains(month))
    }

    /// Takes a day that the month has.
    fn day(&mut self, month: u32, leap: bool) -> Option<()> {
        self.two().filter(|day| (1..=days_of(month, leap)).contains(day)).map(drop)
    }

    /// Takes a time of day.
    fn clock(&mut self) -> Option<()> {
        let hour = self.two().filter(|hour| *hour <= 24)?;
        self.fixed(":")?;
        let minute = self.two().filter(|minute| *minute < 60)?;
        self.fixed(":")?;
        let second = self.two().filter(|second| *second < 60)?;
        let mut part = "";
        if self.fixed(".").is_some() {
            part = self.digits();
            if part.is_empty() {
                return None;
            }
        }
        let nothing_more = minute == 0 && second == 0 && part.bytes().all(|byte| byte == b'0');
        (hour < 24 || nothing_more).then_some(())
    }

    /// Takes a zone, if there is one, and wants nothing behind it.
    fn zone_and_end(mut self) -> bool {
        if self.0.is_empty() || self.0 == "Z" {
            return true;
        }
        if self.fixed("+").or_else(|| self.fixed("-")).is_none() {
            return false;
        }
        let Some(hour) = self.two() else { return false };
        if self.fixed(":").is_none() {
            return false;
        }
        let Some(minute) = self.two() else { return false };
        self.0.is_empty() && (hour < 14 && minute < 60 || hour == 14 && minute == 0)
    }
}

fn days_of(month: u32, leap: bool) -> u32 {
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a form, then the zone and the end.
fn is_form(text: &str, form: impl FnOnce(&mut Scan<'_>) -> Option<()>) -> bool {
    let mut scan = Scan(text);
    form(&mut scan).is_some() && scan.zone_and_end()
}

fn day_of_year(scan: &mut Scan<'_>) -> Option<()> {
    let leap = scan.year()?;
    scan.fixed("-")?;
    let month = scan.month()?;
    scan.fixed("-")?;
    scan.day(month, leap)
}

pub(super) fn is_date(text: &str) -> bool {
    is_form(text, day_of_year)
}

pub(super) fn is_date_time(text: &str) -> bool {
    is_form(text, |scan| {
        day_of_year(scan)?;
        scan.fixed("T")?;
        scan.clock()
    })
}

pub(super) fn is_time(text: &str) -> bool {
    is_form(text, |scan| scan.clock())
}

pub(super) fn is_g_day(text: &str) -> bool {
    is_form(text, |scan| {
        scan.fixed("---")?;
        scan.day(1, false)
    })
}

pub(super) fn is_g_month(text: &str) -> bool {
    is_form(text, |scan| {
        scan.fixed("--")?;
        scan.month().map(drop)
    })
}

pub(super) fn is_g_month_day(text: &str) -> bool {
    is_form(text, |scan| {
        scan.fixed("--")?;
        let month = scan.month()?;
        scan.fixed("-")?;
        scan.day(month, true)
    })
}

pub(super) fn is_g_year(text: &str) -> bool {
    is_form(text, |scan| scan.year().map(drop))
}

pub(super) fn is_g_year_month(text: &str) -> bool {
    is_form(text, |scan| {
        scan.year()?;
        scan.fixed("-")?;
        scan.month().map(drop)
    })
}

/// Takes numbers with the marks of `units`, each at most once and in their order; says how many there were.
/// Only seconds may have a part.
fn amounts(scan: &mut Scan<'_>, units: &[&str]) -> Option<usize> {
    let mut units = units.iter();
    let mut count = 0;
    while scan.0.starts_with(|c: char| c.is_ascii_digit()) {
        scan.digits();
        let with_part = scan.fixed(".").is_some();
        if with_part && scan.digits().is_empty() {
            return None;
        }
        let unit = units.find(|unit| scan.0.starts_with(**unit))?;
        if with_part && *unit != "S" {
            return None;
        }
        scan.fixed(unit)?;
        count += 1;
    }
    Some(count)
}

pub(super) fn is_duration(text: &str) -> bool {
    let form = |scan: &mut Scan<'_>| {
        let _ = scan.fixed("-");
        scan.fixed("P")?;
        let days = amounts(scan, &["Y", "M", "D"])?;
        let clock = match scan.fixed("T") {
            Some(()) => amounts(scan, &["H", "M", "S"]).filter(|count| *count > 0)?,
            None => 0,
        };
        (days + clock > 0 && scan.0.is_empty()).then_some(())
    };
    form(&mut Scan(text)).is_some()
}

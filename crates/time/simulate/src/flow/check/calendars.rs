//! Whether calendars are open at some time, and say what they seem to say.

use super::{Fault, FlowModel, place};
use crate::flow::Calendar;

pub(super) fn check(model: &FlowModel, faults: &mut Vec<Fault>) {
    for (index, calendar) in model.calendars.iter().enumerate() {
        let at = place("calendar", &calendar.name, index);
        pattern(&at, calendar, faults);
        let is_used = model.stations.iter().any(|station| station.calendar == Some(index as u32))
            || model.crews.iter().any(|crew| crew.calendar == Some(index as u32));
        let is_ever_open = calendar.is_open(model.start_ns) || calendar.next_turn(model.start_ns).is_some();
        if is_used && !is_ever_open {
            let reason = "it is never open after the start, so whatever keeps to it stands still for ever";
            faults.push(Fault::error(&at, reason));
        }
    }
}

fn pattern(at: &str, calendar: &Calendar, faults: &mut Vec<Fault>) {
    if calendar.period_ns < 0 {
        faults.push(Fault::error(at, "its period is negative"));
    }
    if calendar.period_ns == 0 && !calendar.open_ns.is_empty() {
        faults.push(Fault::warning(at, "it names opening times but no period, so it is always open"));
    }
    let mut last = 0;
    for (from, to) in &calendar.open_ns {
        if *from < last || to <= from {
            faults.push(Fault::error(at, "its opening times overlap, or one ends before it begins"));
            break;
        }
        last = *to;
    }
    if calendar.period_ns > 0 && last > calendar.period_ns {
        faults.push(Fault::error(at, "it is open beyond the end of its period"));
    }
    for exception in &calendar.exceptions {
        if exception.to_ns <= exception.from_ns {
            faults.push(Fault::error(at, "an exception ends before it begins"));
        }
    }
    for (index, early) in calendar.exceptions.iter().enumerate() {
        let clash = |late: &&crate::flow::CalendarException| {
            late.open != early.open && late.from_ns < early.to_ns && early.from_ns < late.to_ns
        };
        if calendar.exceptions[index + 1..].iter().any(|late| clash(&late)) {
            faults.push(Fault::warning(
                at,
                "two exceptions contradict each other; the later one in the list wins",
            ));
            break;
        }
    }
}

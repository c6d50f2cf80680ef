//! Set-ups between families, and the change of worn tools.

use super::event::{Event, Request};
use super::layout::ns;
use super::state::{Phase, Setting};
use super::{Happening, Run, Trace};
use crate::Distribution;

/// What a station is to be set for.
#[derive(Clone, Copy)]
pub(crate) enum SetKind {
    /// Another family.
    Family(u32),
    /// A new tool.
    Tool,
}

impl<T: Trace> Run<'_, T> {
    /// Whether a station has to be set up before it works on a family. One that was never set up for anything
    /// needs it only when the model says so for family 0.
    #[inline]
    pub fn needs_setup(&self, station: u32, family: u32) -> bool {
        let from = self.s.stations[station as usize].family;
        family != 0
            && from != family
            && self.l.stations[station as usize].has_setup
            && self.setup_time(station, from, family).is_some()
    }

    pub fn setup_time(&self, station: u32, from: u32, to: u32) -> Option<&Distribution> {
        let setup = &self.l.model.stations[station as usize].setup;
        let pair = setup.pairs.iter().find(|(a, b, _)| (*a, *b) == (from, to)).map(|(_, _, time)| time);
        pair.or(setup.time_s.as_ref().filter(|_| from != 0))
    }

    /// Sets a station as soon as the people for it are there.
    pub fn request_set(&mut self, station: u32, kind: SetKind, is_called: bool) {
        self.touch(station);
        let crew = self.setter(station, matches!(kind, SetKind::Tool));
        if let Some((crew, count)) = crew {
            let called = is_called.then_some(crew);
            if !self.has_people(crew, count, called) {
                self.s.stations[station as usize].setting = match kind {
                    SetKind::Family(family) => Setting::SetupWaits(family),
                    SetKind::Tool => Setting::ToolWaits,
                };
                return self.ask(crew, Request::Set(station), called);
            }
            self.seize(crew, count);
        }
        self.set(station, kind);
    }

    /// Who sets a station, and how many.
    pub fn setter(&self, station: u32, is_tool: bool) -> Option<(u32, u32)> {
        let spec = &self.l.model.stations[station as usize];
        let crew = if is_tool { spec.tool.as_ref().and_then(|tool| tool.crew) } else { spec.setup.crew };
        crew.filter(|(_, count)| *count > 0)
    }

    fn set(&mut self, station: u32, kind: SetKind) {
        let spec = &self.l.model.stations[station as usize];
        let from = self.s.stations[station as usize].family;
        let (setting, time) = match kind {
            SetKind::Family(family) => {
                (Setting::Setup(family), self.setup_time(station, from, family).cloned())
            }
            SetKind::Tool => (Setting::Tool, spec.tool.as_ref().map(|tool| tool.change_s.clone())),
        };
        let run = &mut self.s.stations[station as usize];
        let stream = if setting == Setting::Tool { &mut run.tool } else { &mut run.setup };
        let takes = time.map_or(0, |time| ns(time.sample(stream)));
        run.setting = setting;
        run.setting_began = self.now;
        run.setting_ends = self.now.saturating_add(takes);
        run.setting_ticket = Some(self.c.schedule(run.setting_ends, Event::SetEnds(station)));
    }

    pub fn set_ends(&mut self, station: u32) {
        self.touch(station);
        let run = &mut self.s.stations[station as usize];
        let setting = std::mem::take(&mut run.setting);
        run.setting_ticket = None;
        if let Some((crew, count)) = self.setter(station, setting == Setting::Tool) {
            self.release(crew, count);
        }
        let run = &mut self.s.stations[station as usize];
        if let Setting::Setup(family) = setting {
            run.family = family;
            self.tell(|| Happening::SetUp { station, family });
        } else if let Some(tool) = &self.l.model.stations[station as usize].tool {
            run.tool_left = ns(tool.life_s.sample(&mut run.tool));
            run.tool_age = 0;
            self.tell(|| Happening::ToolChanged { station });
        }
        self.run_what_waited(station);
        self.queue_station(station);
    }

    /// Runs the job that the station was set up for; when it is broken or closed, as soon as it is not.
    fn run_what_waited(&mut self, station: u32) {
        let layout = &self.l.stations[station as usize];
        let is_stopped = self.s.stations[station as usize].stops > 0;
        for slot in layout.first_slot..layout.first_slot + layout.slots {
            if self.s.jobs[slot as usize].phase == Phase::Setup {
                if is_stopped {
                    self.s.jobs[slot as usize].phase = Phase::Stopped;
                } else {
                    self.request_run(slot, None);
                }
            }
        }
    }
}

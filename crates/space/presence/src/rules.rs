//! The numbers of a room: how many, how far, how often.

/// How a room treats its people. Distances in metres, over the floor.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Seats of the room.
    pub seats: u16,
    /// Who is further away than this is part of the crowd.
    pub interest_m: f64,
    /// Of those within the interest, this many of the nearest are shown one by one.
    pub shown_max: usize,
    /// Up to here a pose is sent with every frame.
    pub near_m: f64,
    /// Shortest and longest time between two poses of the same person, s.
    pub period_s: (f64, f64),
    /// Bytes a second that each person is sent at most.
    pub budget_bytes_s: f64,
    /// Voice and near chat reach this far.
    pub hearing_m: f64,
    /// A call that is on goes on up to here, so that it does not break at every step over the border.
    pub hearing_kept_m: f64,
    /// Fastest that anybody moves, m/s; who asks for more is moved that far.
    pub speed_m_s: f64,
    /// Leaps (to a machine, to a person) in a second, and at once.
    pub leaps: (f64, f64),
    /// Who says nothing for this long is gone, s.
    pub silence_s: f64,
    /// Seats that one person may take: a desk, a headset, a second window.
    pub seats_each: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            seats: 2000,
            interest_m: 60.0,
            shown_max: 120,
            near_m: 8.0,
            period_s: (0.06, 0.4),
            budget_bytes_s: 14_000.0,
            hearing_m: 14.0,
            hearing_kept_m: 18.0,
            speed_m_s: 14.0,
            leaps: (2.0, 6.0),
            silence_s: 20.0,
            seats_each: 4,
        }
    }
}

//! How somebody stands: position, body, head, and what the hand does.

/// What somebody's body says. Numbers are those of the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Gesture {
    /// Nothing.
    #[default]
    None = 0,
    /// Waves.
    Wave = 1,
    /// Raises a hand.
    Hand = 2,
    /// Agrees.
    Yes = 3,
    /// Disagrees.
    No = 4,
    /// Claps.
    Clap = 5,
}

impl Gesture {
    /// By its number on the wire; unknown ones are nothing, so that newer clients may have more.
    #[must_use]
    pub const fn of(number: u8) -> Self {
        match number {
            1 => Self::Wave,
            2 => Self::Hand,
            3 => Self::Yes,
            4 => Self::No,
            5 => Self::Clap,
            _ => Self::None,
        }
    }
}

/// How somebody stands. The site frame: metres, z up, yaw counter-clockwise from +x.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// The feet.
    pub position: [f32; 3],
    /// Where the body is turned to, rad.
    pub yaw: f32,
    /// Where the head is turned to, rad.
    pub head_yaw: f32,
    /// How far the head looks up, rad; negative looks down.
    pub pitch: f32,
    /// Speaks.
    pub is_speaking: bool,
    /// Looks at the hall from above, and stands where that look rests.
    pub is_above: bool,
    /// What the body says.
    pub gesture: Gesture,
    /// Where the pointing ray ends.
    pub ray: Option<[f32; 3]>,
}

/// Why a pose is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoseError {
    /// A number is no number.
    #[error("a pose is made of finite numbers")]
    NotFinite,
    /// It is not on any site.
    #[error("a pose is within 100 km of the site's origin, and within 1 km of its floor")]
    TooFar,
}

const REACH_M: f32 = 100_000.0;
const HEIGHT_M: f32 = 1_000.0;

impl Pose {
    /// Turned and bounded numbers of what may come from anywhere.
    ///
    /// # Errors
    /// When a number is not finite, or the place is not on any site.
    pub fn checked(mut self) -> Result<Self, PoseError> {
        let angles = [self.yaw, self.head_yaw, self.pitch];
        let points = [Some(self.position), self.ray];
        let mut numbers = angles.iter().chain(points.iter().flatten().flatten());
        if !numbers.all(|number| number.is_finite()) {
            return Err(PoseError::NotFinite);
        }
        let is_far = |[x, y, z]: &[f32; 3]| x.abs() > REACH_M || y.abs() > REACH_M || z.abs() > HEIGHT_M;
        if points.iter().flatten().any(is_far) {
            return Err(PoseError::TooFar);
        }
        self.yaw = self.yaw.rem_euclid(std::f32::consts::TAU);
        self.head_yaw = self.head_yaw.rem_euclid(std::f32::consts::TAU);
        self.pitch = self.pitch.clamp(-std::f32::consts::FRAC_PI_2, std::f32::consts::FRAC_PI_2);
        Ok(self)
    }

    /// Metres over the floor to another place.
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> f64 {
        distance_m(self.position, other.position)
    }

    /// This pose, but at most `way_m` from `before`; whether it had to be held back.
    #[must_use]
    pub fn held_to(mut self, before: &Self, way_m: f64) -> (Self, bool) {
        let way: Vec<f64> =
            (0..3).map(|i| f64::from(self.position[i]) - f64::from(before.position[i])).collect();
        let length = way.iter().map(|along| along * along).sum::<f64>().sqrt();
        if length <= way_m {
            return (self, false);
        }
        for (i, along) in way.iter().enumerate() {
            self.position[i] = (f64::from(before.position[i]) + along * way_m / length) as f32;
        }
        (self, true)
    }
}

/// Metres over the floor.
pub(crate) fn distance_m(a: [f32; 3], b: [f32; 3]) -> f64 {
    (f64::from(a[0]) - f64::from(b[0])).hypot(f64::from(a[1]) - f64::from(b[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pose_is_refused() {
        let at = |position| Pose { position, ..Pose::default() };
        assert_eq!(at([f32::NAN, 0.0, 0.0]).checked(), Err(PoseError::NotFinite));
        assert_eq!(at([0.0, f32::INFINITY, 0.0]).checked(), Err(PoseError::NotFinite));
        assert_eq!(at([0.0, 0.0, -2000.0]).checked(), Err(PoseError::TooFar));
        assert_eq!(at([3e38, 0.0, 0.0]).checked(), Err(PoseError::TooFar));
        let pointing = Pose { ray: Some([0.0, 0.0, f32::NAN]), ..Pose::default() };
        assert_eq!(pointing.checked(), Err(PoseError::NotFinite));
        let turned = Pose { yaw: -1.0, head_yaw: 1e30, pitch: 9.0, ..Pose::default() }.checked().unwrap();
        assert!((turned.yaw - (std::f32::consts::TAU - 1.0)).abs() < 1e-6);
        assert!(turned.head_yaw.is_finite() && turned.pitch <= std::f32::consts::FRAC_PI_2);
    }

    #[test]
    fn who_is_too_fast_gets_as_far_as_one_can() {
        let before = Pose { position: [1.0, 2.0, 0.0], ..Pose::default() };
        let asked = Pose { position: [31.0, 42.0, 0.0], ..Pose::default() };
        let (held, is_held) = asked.held_to(&before, 5.0);
        assert!(is_held && (held.distance_m(&before) - 5.0).abs() < 1e-4);
        assert_eq!(asked.held_to(&before, 50.1), (asked, false));
    }
}

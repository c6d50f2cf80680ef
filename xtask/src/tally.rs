//! Counts passed and failed tests from what each runner prints.

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// One check that either holds or does not.
    pub fn one(is_success: bool) -> Self {
        Self { passed: u64::from(is_success), failed: u64::from(!is_success) }
    }

    /// A runner that failed without counting a failure (it did not compile, it was killed) counts as one.
    pub fn of(text: &str, is_success: bool, count: fn(&str) -> Self) -> Self {
        let mut tally = count(text);
        if !is_success && tally.failed == 0 {
            tally.failed = 1;
        }
        tally
    }
}

/// `Summary [  12.3s] 120 tests run: 118 passed (1 slow), 1 failed, 1 timed out, 3 skipped`
pub fn nextest(text: &str) -> Tally {
    let summary = text.lines().rfind(|line| line.trim_start().starts_with("Summary ["));
    let Some((_, counts)) = summary.and_then(|line| line.split_once("run:")) else { return Tally::default() };
    let failed = ["failed", "timed out", "exec failed"].iter().map(|word| before(counts, word)).sum();
    Tally { passed: before(counts, "passed"), failed }
}

/// `test result: ok. 5 passed; 0 failed; 0 ignored; …`, once for each binary.
pub fn libtest(text: &str) -> Tally {
    let mut tally = Tally::default();
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        tally.add(Tally { passed: before(line, "passed"), failed: before(line, "failed") });
    }
    tally
}

/// `Tests  1 failed | 12 passed (13)`
pub fn vitest(text: &str) -> Tally {
    let summary = text.lines().rfind(|line| line.trim_start().starts_with("Tests "));
    let line = summary.unwrap_or_default();
    Tally { passed: before(line, "passed"), failed: before(line, "failed") }
}

/// `  2 failed` … `  12 passed (1.2m)`, each on a line of its own at the end.
pub fn playwright(text: &str) -> Tally {
    let count = |word: &str| {
        let is_count = |line: &&str| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|n| n.parse::<u64>().is_ok()) && words.next() == Some(word)
        };
        text.lines().rfind(is_count).map_or(0, |line| before(line, word))
    };
    // A test that needed a second try, or that an interrupted run never came to, has not passed.
    let failed = ["failed", "flaky", "interrupted"].into_iter().map(count).sum();
    Tally { passed: count("passed"), failed }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> u64 {
    let Some(at) = text.find(&format!(" {word}")) else { return 0 };
    text[..at]
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn each_runner_is_understood() {
        let text = "x\n     Summary [  12.3s] 120 tests run: 117 passed (1 slow), 2 failed, 1 timed out, 3 skipped\n";
        assert_eq!(nextest(text), tally(117, 3));
        let text =
            "test result: ok. 5 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 2 failed; 0\n";
        assert_eq!(libtest(text), tally(6, 2));
        assert_eq!(
            vitest(" Test Files  2 passed (2)\n      Tests  1 failed | 12 passed (13)\n"),
            tally(12, 1)
        );
        let text =
            "  ✓ 1 walk › 3 passed things (2s)\n  1 failed\n    [x] › a\n  1 flaky\n  12 passed (1.2m)\n";
        assert_eq!(playwright(text), tally(12, 2));
    }

    #[test]
    fn a_runner_that_says_nothing_has_failed_once_or_passed_nothing() {
        assert_eq!(Tally::of("error: could not compile", false, nextest), tally(0, 1));
        assert_eq!(Tally::of("", true, nextest), tally(0, 0));
    }
}

//! A batch of samples as it lies in the log. What can be read is written and read again: the same samples.
#![no_main]

use trine_log::batch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok((recorded, samples)) = batch::decode(bytes) {
        let mut again = Vec::new();
        batch::encode(recorded, &samples, &mut again);
        let (recorded_again, samples_again) = batch::decode(&again).expect("what was written can be read");
        assert_eq!(recorded, recorded_again);
        assert_eq!(format!("{samples:?}"), format!("{samples_again:?}"));
    }
});

fn main() {
    let a: Vec<String> = std::env::args().collect();
    let secs: f64 = a[2].parse().unwrap();
    let seed: u64 = a.get(3).map_or(1, |s| s.parse().unwrap());
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let problem = if a[1].contains("mk") {
        trine_schedule::flexible_job_shop(&text)
    } else {
        trine_schedule::job_shop(&text)
    }
    .unwrap();
    let start = std::time::Instant::now();
    let mut search = trine_schedule::Search::new(&problem, seed, None).unwrap();
    let mut last = 0.0;
    let p = search.run(1000, |p| {
        if p.improved {
            last = start.elapsed().as_secs_f64();
        }
        start.elapsed().as_secs_f64() < secs
            && p.cost.unwrap_or(i64::MAX) > a.get(4).map_or(0, |s| s.parse().unwrap())
    });
    let best = search.best().unwrap();
    let e = trine_schedule::check(&problem, &best).unwrap();
    println!(
        "{} cost {:?} checked {} bound {} iters {} it/s {:.0} last {last:.2} opt {} t {:.2}",
        a[1].rsplit('/').next().unwrap(),
        p.cost,
        e.cost,
        p.bound,
        p.iterations,
        p.iterations as f64 / start.elapsed().as_secs_f64(),
        p.is_optimal,
        start.elapsed().as_secs_f64()
    );
}

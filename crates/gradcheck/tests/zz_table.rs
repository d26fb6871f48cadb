use diabolo_gradcheck::{Settings, Witness, check_ops};
#[test]
fn table() {
    let t = std::time::Instant::now();
    let s: u32 = std::env::var("SAMPLES").ok().and_then(|s| s.parse().ok()).unwrap_or(20);
    let only = std::env::var("ONLY").unwrap_or_default();
    let settings = Settings { draws: 1, samples: s, ..Settings::default() };
    for r in check_ops(&settings, |c| only.is_empty() || only.split(',').any(|o| o == c.name)) {
        if r.curves.is_empty() {
            continue;
        }
        println!("{:14} {:10.2} {:10.2}", r.card.name, r.worst_ulps.f64, r.worst_ulps.f32);
        for f in r.failures.iter().filter(|f| f.witness == Witness::Duals) {
            println!(
                "      {} {:?} x={:?} ours {:?} exact {:?} {:.2} ulp; {:?} wrong; {}",
                f.place, f.quantity, f.x, f.ours, f.theirs, f.difference, f.wrong, f.reason
            );
        }
    }
    println!("{:?}", t.elapsed());
}

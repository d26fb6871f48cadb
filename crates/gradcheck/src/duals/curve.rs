//! Errors over the domain, thinned for a plot.

/// The worst of neighbours, in ascending order of x, with at most `most` points.
pub(super) fn thinned(mut curve: Vec<[f64; 2]>, most: usize) -> Vec<[f64; 2]> {
    curve.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let together = curve.len().div_ceil(most).max(1);
    let worst = |near: &[[f64; 2]]| near.iter().copied().max_by(|a, b| a[1].total_cmp(&b[1]));
    curve.chunks(together).filter_map(worst).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_worst_stays() {
        let curve: Vec<[f64; 2]> = (0..1000).rev().map(|i| [f64::from(i), f64::from(i % 7)]).collect();
        let thin = super::thinned(curve, 100);
        assert_eq!(thin.len(), 100);
        assert!(thin.windows(2).all(|pair| pair[0][0] < pair[1][0]) && thin.iter().all(|point| point[1] == 6.0));
        assert!(super::thinned(vec![], 100).is_empty());
    }
}

//! The same test images through each run, and samples of each run.

use super::{ComparedRun, ComparisonReport};
use crate::Image;
use crate::html::{Block, Section};
use crate::training::Strip;
use crate::training::pictures::strip;

/// Samples of a run.
const SAMPLES: usize = 24;

impl ComparisonReport {
    pub(super) fn reconstructions(&self) -> Section {
        let block = |runs: &Vec<&ComparedRun>| {
            let original = std::iter::once(("original".to_owned(), runs[0].originals.clone()));
            let rows = original.chain(runs.iter().map(|run| (run.name.clone(), run.reconstructions.clone())));
            let caption = "Each column is one test image, on top, with what each run makes of it.";
            strip(Some(&Strip { rows: rows.collect(), notes: Vec::new() }), caption)
        };
        let blocks = self.of_same_originals().iter().filter_map(block).collect();
        Section::new("Reconstructions", "The same test images through each model.", blocks)
    }

    /// The runs that have reconstructions, those of the same images together.
    fn of_same_originals(&self) -> Vec<Vec<&ComparedRun>> {
        let mut groups: Vec<Vec<&ComparedRun>> = Vec::new();
        for run in self.runs.iter().filter(|run| !run.reconstructions.is_empty()) {
            match groups.iter_mut().find(|group| group[0].originals == run.originals) {
                Some(group) => group.push(run),
                None => groups.push(vec![run]),
            }
        }
        groups
    }

    pub(super) fn samples(&self) -> Section {
        let row = |run: &ComparedRun| -> (String, Vec<Image>) {
            (run.name.clone(), run.samples.iter().take(SAMPLES).cloned().collect())
        };
        let rows = self.runs.iter().map(row).collect();
        let blocks = strip(Some(&Strip { rows, notes: Vec::new() }), "").into_iter().collect::<Vec<Block>>();
        Section::new("Samples", "Codes drawn from the prior, decoded by each model.", blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_with_other_images_stand_apart() {
        let dot = |value: u8| vec![Image::new(1, 1, 1, vec![value])];
        let run = |name: &str, original: u8| ComparedRun {
            name: name.into(),
            originals: dot(original),
            reconstructions: dot(9),
            ..ComparedRun::default()
        };
        let report = ComparisonReport { runs: vec![run("a", 1), run("b", 2), run("c", 1), ComparedRun::default()] };
        let names: Vec<Vec<_>> = report
            .of_same_originals()
            .iter()
            .map(|group| group.iter().map(|run| run.name.as_str()).collect())
            .collect();
        assert_eq!(names, [vec!["a", "c"], vec!["b"]]);
        assert_eq!(report.reconstructions().blocks.len(), 2);
        assert!(report.samples().blocks.is_empty());
    }
}

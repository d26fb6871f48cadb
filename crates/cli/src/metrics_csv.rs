//! `metrics.csv`: a line an epoch.

use diabolo_models::trainer::{EpochReport, Metrics};

/// The text of the file; nothing before the first epoch.
pub(crate) fn text_of(history: &[EpochReport]) -> Option<String> {
    let first = history.first()?;
    let mut text = "epoch".to_owned();
    for (part, metrics) in [("train", &first.train), ("test", &first.test)] {
        metrics.means().for_each(|(name, _)| text.push_str(&format!(",{part}_{name}")));
    }
    text.push_str(",train_seconds\n");
    for report in history {
        text.push_str(&report.epoch.to_string());
        let means = report.train.means().chain(report.test.means());
        means.for_each(|(_, mean)| text.push_str(&format!(",{mean}")));
        text.push_str(&format!(",{}\n", report.train_seconds));
    }
    Some(text)
}

/// What the text says, or which line is damaged.
pub(crate) fn history_of(text: &str) -> Result<Vec<EpochReport>, String> {
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    if heads.first() != Some(&"epoch") || heads.last() != Some(&"train_seconds") {
        return Err("its first line does not name the columns of a run's metrics".to_owned());
    }
    let epoch = |(number, line): (usize, &str)| {
        let cells: Vec<f64> = line.split(',').map_while(|cell| cell.parse().ok()).collect();
        if cells.len() != heads.len() {
            return Err(format!("line {} does not hold {} numbers", number + 2, heads.len()));
        }
        let part = |prefix: &str| {
            let named = heads[..heads.len() - 1].iter().zip(&cells);
            let means: Vec<_> = named.filter_map(|(head, cell)| Some((head.strip_prefix(prefix)?, *cell))).collect();
            Metrics::of(&means)
        };
        let train_seconds = cells[cells.len() - 1];
        Ok(EpochReport { epoch: cells[0] as u32, train: part("train_"), test: part("test_"), train_seconds })
    };
    lines.enumerate().map(epoch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let metrics = |loss: f64| Metrics::of(&[("loss", loss), ("kl", 0.1)]);
        let epoch = |epoch: u32| EpochReport { epoch, train: metrics(3.5), test: metrics(4.25), train_seconds: 0.5 };
        let history = vec![epoch(1), epoch(2)];
        assert_eq!(history_of(&text_of(&history).unwrap()).unwrap(), history);
        assert_eq!(text_of(&[]), None);
    }

    #[test]
    fn what_is_damaged_is_named() {
        assert!(history_of("").unwrap_err().contains("first line"));
        let head = "epoch,train_loss,test_loss,train_seconds\n";
        assert!(history_of(&format!("{head}1,2,3,4\n2,3\n")).unwrap_err().contains("line 3"));
        assert!(history_of(&format!("{head}1,2,many,4\n")).unwrap_err().contains("line 2"));
    }
}

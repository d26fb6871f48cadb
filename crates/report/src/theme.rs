//! The colours, once for all figures and pages.
//!
//! Figures name colours by role (`var(--ink)`, `var(--c3)`). A page defines the roles as custom properties, so that the
//! figures in it follow its theme; a figure in a file of its own has them written out, since many SVG viewers know
//! media queries but not custom properties.
//!
//! The ten class colours have a name each: blue, orange, green, red, purple, brown, pink, grey, yellow, cyan. Within the
//! hues that go by these names they were chosen by simulated annealing: the smallest OKLab distance between any two,
//! under normal vision, protanopia, deuteranopia and tritanopia (Machado, Oliveira & Fernandes 2009, severity 1), as
//! large as a contrast to the background of 2 (light) or 3 (dark) allows.

type Palette = &'static [(&'static str, &'static str)];

const LIGHT: Palette = &[
    ("paper", "#ffffff"),
    ("card", "#f5f7f9"),
    ("ink", "#1a1f26"),
    ("muted", "#5a6573"),
    ("faint", "#a9b3bf"),
    ("rule", "#e4e8ed"),
    ("accent", "#1f5fbf"),
    ("s0", "#1f6fd0"),
    ("s1", "#d9730d"),
    ("s2", "#0f8a6d"),
    ("s3", "#9b4dca"),
    ("c0", "#063199"),
    ("c1", "#e66405"),
    ("c2", "#2ba16a"),
    ("c3", "#ab1305"),
    ("c4", "#b563f2"),
    ("c5", "#541500"),
    ("c6", "#fc88b5"),
    ("c7", "#66656b"),
    ("c8", "#c1ba30"),
    ("c9", "#03c6f1"),
];

const DARK: Palette = &[
    ("paper", "#14171b"),
    ("card", "#1c2127"),
    ("ink", "#e7eaee"),
    ("muted", "#9ba7b4"),
    ("faint", "#566270"),
    ("rule", "#2a3138"),
    ("accent", "#7fb2ff"),
    ("s0", "#6aa9ff"),
    ("s1", "#ffab57"),
    ("s2", "#4fd1ae"),
    ("s3", "#cf9bf2"),
    ("c0", "#1d64b4"),
    ("c1", "#e28b03"),
    ("c2", "#76c384"),
    ("c3", "#eb495d"),
    ("c4", "#bb5ced"),
    ("c5", "#925513"),
    ("c6", "#f49ae1"),
    ("c7", "#838892"),
    ("c8", "#fce378"),
    ("c9", "#97f0f1"),
];

/// How many classes have a colour of their own.
pub(crate) const CLASSES: usize = 10;

/// How many series have a colour of their own.
pub(crate) const SERIES: usize = 4;

/// The rules for figures, with colours by role.
pub(crate) const PLOT: &str = include_str!("theme/plot.css");

/// Larger lettering where a figure is shrunk to the width of a phone.
pub(crate) const PLOT_NARROW: &str =
    "@media (max-width:640px){.plot text{font-size:15px}.plot text.name{font-size:18px}}\n";

/// The custom properties of a page, light unless the reader prefers dark; always light on paper.
pub(crate) fn properties() -> String {
    let define =
        |palette: Palette| -> String { palette.iter().map(|(role, colour)| format!("--{role}:{colour};")).collect() };
    format!(
        ":root{{color-scheme:light dark;{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        define(LIGHT),
        define(DARK)
    )
}

/// The rules for a figure in a file of its own.
pub(crate) fn standalone() -> String {
    let written_out = |palette: Palette| {
        palette.iter().fold(PLOT.to_owned(), |css, (role, colour)| css.replace(&format!("var(--{role})"), colour))
    };
    format!("{}@media (prefers-color-scheme:dark){{\n{}}}\n{PLOT_NARROW}", written_out(LIGHT), written_out(DARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Matrix = [[f64; 3]; 3];

    /// Machado, Oliveira & Fernandes (2009), table of simulation matrices at severity 1, for linear RGB.
    const VISION: [(&str, Matrix); 4] = [
        ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        ),
        (
            "tritanopia",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    fn times(matrix: Matrix, vector: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
    }

    fn linear_rgb(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|start| {
            let encoded = f64::from(u8::from_str_radix(&colour[start..start + 2], 16).unwrap()) / 255.0;
            if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn oklab(linear: [f64; 3]) -> [f64; 3] {
        let cones = times(
            [
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            linear.map(|channel| channel.clamp(0.0, 1.0)),
        );
        times(
            [
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            cones.map(f64::cbrt),
        )
    }

    fn luminance(colour: &str) -> f64 {
        let [red, green, blue] = linear_rgb(colour);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        (one / other).max(other / one)
    }

    fn colour(palette: Palette, wanted: &str) -> &'static str {
        palette.iter().find(|(role, _)| *role == wanted).unwrap().1
    }

    #[test]
    fn classes_stay_apart_in_every_kind_of_vision() {
        for palette in [LIGHT, DARK] {
            let classes: Vec<_> = (0..CLASSES).map(|class| colour(palette, &format!("c{class}"))).collect();
            for (name, matrix) in VISION {
                for (index, one) in classes.iter().enumerate() {
                    for other in &classes[..index] {
                        let [a, b] = [one, other].map(|colour| oklab(times(matrix, linear_rgb(colour))));
                        let distance = (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt();
                        let least = if name == "normal" { 0.16 } else { 0.097 };
                        assert!(distance > least, "{name}: {one} and {other} are {distance:.3} apart");
                    }
                }
            }
        }
    }

    #[test]
    fn everything_stands_out_from_the_page() {
        for (palette, class_contrast) in [(LIGHT, 2.0), (DARK, 3.0)] {
            let paper = colour(palette, "paper");
            for (role, least) in [("ink", 12.0), ("muted", 4.5), ("accent", 4.5), ("s0", 3.0), ("s1", 3.0), ("s2", 3.0)]
            {
                let measured = contrast(colour(palette, role), paper);
                assert!(measured >= least, "{role} on {paper}: {measured:.2}");
            }
            for class in 0..CLASSES {
                assert!(
                    contrast(colour(palette, &format!("c{class}")), paper) >= class_contrast,
                    "class {class} on {paper}"
                );
            }
        }
    }

    #[test]
    fn a_figure_in_a_file_of_its_own_names_no_custom_property() {
        assert!(!standalone().contains("var("), "{}", standalone());
        assert_eq!(standalone().matches('{').count(), standalone().matches('}').count());
    }
}

//! The shapes of the digits.
//!
//! A glyph is written in a box from −1 to 1, y down. Every knot has two places: where it lies at style 0 and at style 1.

/// A point that the pen passes.
#[derive(Clone, Copy)]
pub(super) struct Knot {
    from: [f32; 2],
    to: [f32; 2],
    /// Length of the Bézier handles at this knot: 1 for a smooth curve, 0 for a corner.
    pub(super) smooth: f32,
}

impl Knot {
    /// The same knot, elsewhere at style 1.
    const fn to(self, x: f32, y: f32) -> Self {
        Self { to: [x, y], ..self }
    }

    /// The same knot with shorter handles.
    const fn bent(self, smooth: f32) -> Self {
        Self { smooth, ..self }
    }

    /// The same knot as a corner.
    const fn corner(self) -> Self {
        self.bent(0.0)
    }

    /// Its place at a style.
    pub(super) fn place(&self, style: f32) -> [f32; 2] {
        [0, 1].map(|axis| self.from[axis] + style * (self.to[axis] - self.from[axis]))
    }
}

/// A smooth knot at the same place in every style.
const fn at(x: f32, y: f32) -> Knot {
    Knot { from: [x, y], to: [x, y], smooth: 1.0 }
}

/// What is written without lifting the pen.
pub(super) type Stroke = &'static [Knot];

/// The strokes of a digit; digits of one form ignore `form`.
#[track_caller]
pub(super) fn glyph(class: u8, form: u8) -> &'static [Stroke] {
    assert!(form < 2, "a digit has forms 0 and 1, not {form}");
    match (class, form) {
        (0, _) => ZERO,
        (1, 0) => ONE_BARE,
        (1, _) => ONE_WITH_FOOT,
        (2, _) => TWO,
        (3, _) => THREE,
        (4, 0) => FOUR_OPEN,
        (4, _) => FOUR_CLOSED,
        (5, _) => FIVE,
        (6, _) => SIX,
        (7, 0) => SEVEN_BARE,
        (7, _) => SEVEN_WITH_BAR,
        (8, _) => EIGHT,
        (9, _) => NINE,
        _ => panic!("a digit's class is 0 to 9, not {class}"),
    }
}

const ZERO: &[Stroke] = &[&[
    at(0.16, -0.92).to(0.34, -0.84),
    at(-0.32, -0.74).to(-0.30, -0.84),
    at(-0.54, 0.00).to(-0.74, -0.02),
    at(-0.34, 0.74).to(-0.46, 0.74),
    at(0.06, 0.96).to(0.06, 0.96),
    at(0.42, 0.66).to(0.60, 0.66),
    at(0.54, -0.06).to(0.74, -0.10),
    at(0.38, -0.74).to(0.48, -0.72),
    at(0.06, -0.98).to(-0.12, -0.86),
]];

const ONE_BARE: &[Stroke] =
    &[&[at(0.06, -1.0), at(0.03, -0.35).to(-0.02, -0.35), at(-0.02, 0.35).to(0.03, 0.35), at(0.0, 1.0)]];

const ONE_WITH_FOOT: &[Stroke] = &[
    &[at(-0.44, -0.48).to(-0.30, -0.72), at(-0.16, -0.74), at(0.06, -1.0).corner(), at(0.05, 0.0), at(0.03, 0.96)],
    &[at(-0.46, 0.98).to(-0.34, 0.96), at(0.02, 0.95), at(0.50, 0.97).to(0.40, 0.93)],
];

const TWO: &[Stroke] = &[&[
    at(-0.50, -0.62).to(-0.58, -0.42),
    at(-0.06, -0.95).to(-0.14, -0.93),
    at(0.42, -0.66).to(0.42, -0.50),
    at(0.22, -0.08).to(0.18, 0.06),
    at(-0.22, 0.46).to(-0.16, 0.62),
    at(-0.62, 0.90).bent(0.25).to(-0.52, 0.92),
    at(-0.34, 0.92).bent(0.7).to(-0.56, 0.46),
    at(0.06, 0.88).to(0.00, 0.66),
    at(0.66, 0.86).to(0.70, 0.92),
]];

const THREE: &[Stroke] = &[&[
    at(-0.46, -0.66).to(-0.48, -0.90),
    at(0.00, -0.96).to(0.00, -0.93),
    at(0.42, -0.60).bent(0.9).to(0.46, -0.86),
    at(0.22, -0.20).to(0.16, -0.40),
    at(-0.12, -0.06).bent(0.25).to(-0.12, -0.12),
    at(0.34, 0.12).to(0.34, 0.02),
    at(0.50, 0.52).to(0.50, 0.44),
    at(0.08, 0.94).to(0.08, 0.92),
    at(-0.54, 0.68).to(-0.54, 0.80),
]];

const FOUR_OPEN: &[Stroke] = &[
    &[
        at(-0.36, -0.72).to(-0.34, -0.98),
        at(-0.50, -0.28).to(-0.46, -0.46),
        at(-0.46, 0.08).bent(0.8).to(-0.58, 0.14),
        at(0.00, 0.16).to(0.00, 0.14),
        at(0.44, -0.06).to(0.68, 0.08),
    ],
    &[at(0.48, -0.96).to(0.26, -0.56), at(0.38, 0.00).to(0.24, 0.20), at(0.26, 1.00).to(0.18, 0.98)],
];

const FOUR_CLOSED: &[Stroke] = &[&[
    at(0.62, 0.30).to(0.64, 0.12),
    at(0.00, 0.30).to(0.04, 0.18),
    at(-0.60, 0.28).corner().to(-0.50, 0.08),
    at(-0.18, -0.38).to(-0.12, -0.50),
    at(0.24, -1.00).corner().to(0.30, -0.90),
    at(0.22, 0.00).to(0.28, 0.00),
    at(0.20, 1.00).to(0.24, 1.00),
]];

const FIVE: &[Stroke] = &[&[
    at(0.50, -0.92).to(0.70, -0.98),
    at(0.08, -0.92).to(0.14, -0.90),
    at(-0.34, -0.88).corner().to(-0.26, -0.78),
    at(-0.42, -0.24).bent(0.15).to(-0.36, -0.12),
    at(0.06, -0.34).to(0.04, -0.18),
    at(0.46, 0.12).to(0.42, 0.22),
    at(0.40, 0.66).to(0.32, 0.70),
    at(-0.02, 0.94).to(-0.08, 0.94),
    at(-0.54, 0.72).to(-0.60, 0.76),
]];

const SIX: &[Stroke] = &[&[
    at(0.46, -0.92).to(0.06, -1.0),
    at(-0.12, -0.58).to(-0.28, -0.50),
    at(-0.48, 0.12).to(-0.46, 0.14),
    at(-0.36, 0.72).to(-0.28, 0.78),
    at(0.04, 0.96).to(0.14, 0.96),
    at(0.44, 0.62).to(0.52, 0.60),
    at(0.30, 0.16).to(0.26, 0.18),
    at(-0.06, 0.10).to(-0.12, 0.30),
    at(-0.40, 0.44).to(-0.28, 0.70),
]];

const SEVEN_BARE: &[Stroke] = &[&[
    at(-0.60, -0.84).to(-0.58, -0.54),
    at(-0.36, -0.88).to(-0.48, -0.90),
    at(0.06, -0.90).to(0.06, -0.82),
    at(0.54, -0.90).bent(0.15).to(0.50, -0.90),
    at(0.18, -0.10).to(0.26, -0.20),
    at(-0.16, 1.00).to(0.04, 1.00),
]];

const SEVEN_WITH_BAR: &[Stroke] =
    &[SEVEN_BARE[0], &[at(-0.26, 0.08).to(-0.20, -0.02), at(0.14, 0.02), at(0.54, -0.06).to(0.46, 0.06)]];

const EIGHT: &[Stroke] = &[&[
    at(0.34, -0.62).to(0.62, -0.78),
    at(0.02, -0.94).to(0.10, -0.94),
    at(-0.36, -0.66).to(-0.42, -0.68),
    at(-0.16, -0.22).to(-0.16, -0.28),
    at(0.26, 0.14).to(0.28, 0.14),
    at(0.44, 0.56).to(0.38, 0.58),
    at(0.02, 0.96).to(-0.04, 0.96),
    at(-0.42, 0.58).to(-0.42, 0.62),
    at(-0.22, 0.14).to(-0.16, 0.18),
    at(0.18, -0.20).to(0.18, -0.22),
    at(0.38, -0.66).to(0.50, -0.72),
]];

const NINE: &[Stroke] = &[&[
    at(0.38, -0.66).to(0.44, -0.72),
    at(0.02, -0.94).to(0.06, -0.96),
    at(-0.42, -0.52).to(-0.46, -0.54),
    at(-0.24, -0.06).to(-0.24, -0.04),
    at(0.18, -0.18).to(0.22, -0.14),
    at(0.42, -0.70).bent(0.2).to(0.46, -0.70),
    at(0.38, 0.00).to(0.48, 0.00),
    at(0.32, 0.50).to(0.28, 0.66),
    at(0.24, 1.00).to(-0.42, 0.86),
]];

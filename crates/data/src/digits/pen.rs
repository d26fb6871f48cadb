//! From factors to the path of the pen.

use super::SIDE;
use super::factors::{Draw, Factors};
use super::strokes::{self, Stroke};

/// Straight pieces to a Bézier curve.
const PIECES: usize = 8;
/// Standard deviation of a knot's place, where a digit is 2 high.
const WOBBLE: f32 = 0.06;
/// Longer side of the ink at scale 1, in pixels.
const BOX: f32 = 20.0;

/// Where the pen is and how broad it draws there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dot {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
}

/// The strokes of a digit as chains of dots, in pixels.
#[track_caller]
pub(super) fn write(factors: &Factors) -> Vec<Vec<Dot>> {
    let mut hand = Draw::hand(factors.hand);
    let warp = Warp::new(factors, &mut hand);
    let glyph = strokes::glyph(factors.class, factors.form);
    let mut strokes: Vec<Vec<Dot>> = glyph.iter().map(|stroke| trace(stroke, factors, &mut hand)).collect();
    strokes.iter_mut().flatten().for_each(|dot| warp.apply(dot));
    place(&mut strokes, factors);
    strokes
}

/// One stroke in the glyph's own box, with the deviations of a hand.
fn trace(stroke: Stroke, factors: &Factors, hand: &mut Draw) -> Vec<Dot> {
    let knots: Vec<Dot> = stroke
        .iter()
        .map(|knot| {
            let [x, y] = knot.place(factors.style);
            Dot { x: x + WOBBLE * hand.bell(), y: y + WOBBLE * hand.bell(), radius: 1.0 + 0.15 * hand.bell() }
        })
        .collect();
    let knots = lift(knots);
    let tangents = tangents(&knots);
    let mut dots = vec![knots[0]];
    for i in 1..knots.len() {
        let [a, b] = [knots[i - 1], knots[i]];
        // 0.36 chords: the handle of a circular arc of 60 degrees.
        let handle = 0.36 * factors.curvature * length([b.x - a.x, b.y - a.y]);
        let [leave, arrive] = [handle * stroke[i - 1].smooth, -handle * stroke[i].smooth];
        let [ta, tb] = [tangents[i - 1], tangents[i]];
        dots.extend((1..=PIECES).map(|k| {
            let t = k as f32 / PIECES as f32;
            Dot {
                x: bezier([a.x, a.x + leave * ta[0], b.x + arrive * tb[0], b.x], t),
                y: bezier([a.y, a.y + leave * ta[1], b.y + arrive * tb[1], b.y], t),
                radius: a.radius + t * (b.radius - a.radius),
            }
        }));
    }
    dots
}

/// The pen presses less where it comes down and where it leaves.
fn lift(mut knots: Vec<Dot>) -> Vec<Dot> {
    if let [first, .., last] = knots.as_mut_slice() {
        first.radius *= 0.9;
        last.radius *= 0.8;
    }
    knots
}

/// Unit tangents: at an inner knot of the circle through it and its neighbours, at an end of the circle that arrives at
/// the next knot with that knot's tangent.
fn tangents(knots: &[Dot]) -> Vec<[f32; 2]> {
    let chords: Vec<[f32; 2]> = knots.windows(2).map(|pair| [pair[1].x - pair[0].x, pair[1].y - pair[0].y]).collect();
    let inner = chords.windows(2).map(|pair| {
        let [before, after] = [square(pair[0]), square(pair[1])];
        unit([0, 1].map(|axis| pair[0][axis] / before + pair[1][axis] / after))
    });
    let mut tangents: Vec<[f32; 2]> = std::iter::once([0.0, 0.0]).chain(inner).chain([[0.0, 0.0]]).collect();
    let last = knots.len() - 1;
    tangents[0] = mirror(tangents[1], unit(chords[0]));
    tangents[last] = mirror(tangents[last - 1], unit(chords[last - 1]));
    tangents
}

/// `v` reflected at the line along the unit vector `axis`.
fn mirror(v: [f32; 2], axis: [f32; 2]) -> [f32; 2] {
    let along = 2.0 * (v[0] * axis[0] + v[1] * axis[1]);
    [along * axis[0] - v[0], along * axis[1] - v[1]]
}

/// A cubic Bézier curve in one coordinate.
fn bezier(p: [f32; 4], t: f32) -> f32 {
    let s = 1.0 - t;
    s * s * s * p[0] + 3.0 * s * t * (s * p[1] + t * p[2]) + t * t * t * p[3]
}

fn square(v: [f32; 2]) -> f32 {
    v[0] * v[0] + v[1] * v[1]
}

fn length(v: [f32; 2]) -> f32 {
    square(v).sqrt()
}

fn unit(v: [f32; 2]) -> [f32; 2] {
    let length = length(v);
    v.map(|x| x / length)
}

/// What happens to the glyph as a whole.
struct Warp {
    aspect: f32,
    slant: f32,
    sine: f32,
    cosine: f32,
    bend: f32,
    taper: f32,
}

impl Warp {
    fn new(factors: &Factors, hand: &mut Draw) -> Self {
        // tan(θ/2) by its series, then exact half-angle formulas: a library's sine may differ between machines.
        let half = 0.5 * factors.rotation;
        let tangent = half + half * half * half / 3.0;
        let scale = 1.0 / (1.0 + tangent * tangent);
        Self {
            aspect: factors.aspect,
            slant: factors.slant,
            sine: 2.0 * tangent * scale,
            cosine: (1.0 - tangent * tangent) * scale,
            bend: 0.07 * hand.bell(),
            taper: 0.1 * hand.bell(),
        }
    }

    fn apply(&self, dot: &mut Dot) {
        let x = dot.x * self.aspect * (1.0 + self.taper * dot.y) + self.bend * dot.y * dot.y - self.slant * dot.y;
        (dot.x, dot.y) = (self.cosine * x - self.sine * dot.y, self.sine * x + self.cosine * dot.y);
    }
}

/// Scales the strokes to their box, moves them to their centre and gives the pen its width.
fn place(strokes: &mut [Vec<Dot>], factors: &Factors) {
    let mut low = [f32::INFINITY; 2];
    let mut high = [f32::NEG_INFINITY; 2];
    for dot in strokes.iter().flatten() {
        low = [low[0].min(dot.x), low[1].min(dot.y)];
        high = [high[0].max(dot.x), high[1].max(dot.y)];
    }
    let longer = (high[0] - low[0]).max(high[1] - low[1]);
    let scale = (BOX * factors.scale - factors.thickness) / longer;
    // The image of `SIDE` pixels has its centre between two of them.
    let centre = 0.5 * (SIDE as f32 - 1.0);
    for dot in strokes.iter_mut().flatten() {
        dot.x = centre + factors.shift[0] + scale * (dot.x - 0.5 * (low[0] + high[0]));
        dot.y = centre + factors.shift[1] + scale * (dot.y - 0.5 * (low[1] + high[1]));
        dot.radius *= 0.5 * factors.thickness;
    }
}

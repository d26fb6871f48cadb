//! From the path of the pen to pixels.

use super::SIDE;
use super::pen::Dot;

/// Width in pixels over which ink fades into paper.
const EDGE: f32 = 1.5;

/// Inks an image: the signed distance to the nearest stroke, through a soft edge.
pub(super) fn ink(strokes: &[Vec<Dot>], image: &mut [u8]) {
    let mut distance = [EDGE; SIDE * SIDE];
    for stroke in strokes {
        for piece in stroke.windows(2) {
            cover(piece[0], piece[1], &mut distance);
        }
    }
    for (pixel, distance) in image.iter_mut().zip(distance) {
        let x = (0.5 - distance / EDGE).clamp(0.0, 1.0);
        *pixel = (x * x * (3.0 - 2.0 * x) * 255.0 + 0.5) as u8;
    }
}

/// Lowers the distances around a straight piece from `a` to `b`, round at both ends.
fn cover(a: Dot, b: Dot, distance: &mut [f32; SIDE * SIDE]) {
    let reach = a.radius.max(b.radius) + 0.5 * EDGE;
    let [dx, dy, dr] = [b.x - a.x, b.y - a.y, b.radius - a.radius];
    let square = dx * dx + dy * dy;
    let inverse = if square > 0.0 { 1.0 / square } else { 0.0 };
    for row in pixels(a.y.min(b.y) - reach, a.y.max(b.y) + reach) {
        let y = row as f32 - a.y;
        for column in pixels(a.x.min(b.x) - reach, a.x.max(b.x) + reach) {
            let x = column as f32 - a.x;
            let t = ((x * dx + y * dy) * inverse).clamp(0.0, 1.0);
            let [ex, ey] = [x - t * dx, y - t * dy];
            let here = &mut distance[row * SIDE + column];
            *here = here.min((ex * ex + ey * ey).sqrt() - (a.radius + t * dr));
        }
    }
}

/// The pixels between two coordinates, inside the image. (Casts saturate, NaN becomes 0.)
fn pixels(low: f32, high: f32) -> std::ops::Range<usize> {
    low.ceil().max(0.0) as usize..((high.floor() + 1.0).max(0.0) as usize).min(SIDE)
}

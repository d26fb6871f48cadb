//! The nine statements.

use std::fmt;

use serde::{Serialize, Serializer};

/// A statement about linear autoencoders and PCA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statement {
    /// 1: same subspace, and every other critical point is a saddle.
    Subspace = 1,
    /// 2: nonlinear hidden units do not beat PCA.
    Nonlinear,
    /// 3: the loss does not see a rotation of the code.
    Rotation,
    /// 4: weight decay brings the principal directions as singular vectors.
    Decay,
    /// 5: non-uniform penalties and the rotation-augmented gradient bring the axes themselves.
    Axes,
    /// 6: the losses of all nested truncations bring them in order.
    Nested,
    /// 7: probabilistic PCA in closed form, by EM and by gradients.
    Probabilistic,
    /// 8: the linear variational autoencoder.
    LinearVae,
    /// 9: the answer in the plane.
    Plane,
}

impl Statement {
    /// All of them, in order.
    pub const ALL: [Self; 9] = [
        Self::Subspace,
        Self::Nonlinear,
        Self::Rotation,
        Self::Decay,
        Self::Axes,
        Self::Nested,
        Self::Probabilistic,
        Self::LinearVae,
        Self::Plane,
    ];

    /// Its number, from 1 to 9.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The statement of this number.
    ///
    /// ```
    /// use diabolo_lab::Statement;
    /// assert_eq!(Statement::from_number(4), Some(Statement::Decay));
    /// assert_eq!(Statement::from_number(10), None);
    /// ```
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|statement| statement.number() == number)
    }
}

/// Its number.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

//! What a file does not say of itself.

use std::str::FromStr;

use crate::Error;

/// How to read files of people's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The column of a CSV file that holds labels: its name, or its number counted from 1 where there are no names.
    pub label: Option<String>,
    /// Whether the first line of a CSV file holds names.
    pub header: Header,
    /// Height and width that images are scaled to; `None` to leave them as they are.
    pub size: Option<(usize, usize)>,
    /// Whether images are read in grey or in colour.
    pub colour: Colour,
}

/// Whether the first line of a CSV file holds names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// It does if one of its fields is neither a number nor empty, and not the label.
    #[default]
    Auto,
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// Whether images are read in grey or in colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// As the first image is.
    #[default]
    Auto,
    /// In grey.
    Grey,
    /// In red, green and blue.
    Rgb,
}

impl FromStr for Header {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "yes" => Ok(Self::Yes),
            "no" => Ok(Self::No),
            _ => Err(Error::Option { name: "header", text: text.to_owned(), expected: "auto, yes or no" }),
        }
    }
}

impl FromStr for Colour {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "grey" | "gray" => Ok(Self::Grey),
            "rgb" => Ok(Self::Rgb),
            _ => Err(Error::Option { name: "colour", text: text.to_owned(), expected: "auto, grey or rgb" }),
        }
    }
}

/// Height and width written as `28x28`, `28×28` or, for both, `28`.
///
/// # Errors
/// [`Error::Option`] if the text is something else, or a side is 0 or above 65535.
pub(crate) fn parse_size(text: &str) -> Result<(usize, usize), Error> {
    let (height, width) = text.split_once(['x', '×']).unwrap_or((text, text));
    let side = |text: &str| text.trim().parse::<u16>().ok().filter(|&side| side > 0).map(usize::from);
    side(height).zip(side(width)).ok_or_else(|| Error::Option {
        name: "resize",
        text: text.to_owned(),
        expected: "height x width in pixels, as 28x28",
    })
}

impl ReadOptions {
    /// The options as they are written in settings; an empty text stands for the default.
    ///
    /// # Errors
    /// [`Error::Option`] for a text that means nothing.
    pub fn parse(label: &str, header: &str, resize: &str, colour: &str) -> Result<Self, Error> {
        Ok(Self {
            label: (!label.is_empty()).then(|| label.to_owned()),
            header: header.parse()?,
            size: if resize.is_empty() { None } else { Some(parse_size(resize)?) },
            colour: colour.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_all_spellings() {
        for text in ["28x32", "28×32", " 28 x 32 "] {
            assert_eq!(parse_size(text).unwrap(), (28, 32));
        }
        assert_eq!(parse_size("28").unwrap(), (28, 28));
        for text in ["", "x", "0x3", "28x", "28x28x3", "-1", "70000"] {
            assert!(parse_size(text).unwrap_err().to_string().contains("resize"), "{text}");
        }
    }
}

//! The header of a NPY file: a dictionary in Python's notation.

use super::element::Element;
use crate::files::excerpt;

/// What a header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) element: Element,
    /// Whether the first index runs fastest.
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` with its three keys in any order and nothing
    /// else, or says why it cannot be.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut text = Text { rest: text };
        let (mut element, mut fortran_order, mut shape) = (None, None, None);
        text.expect("{")?;
        while !text.skip("}") {
            let key = text.string()?;
            text.expect(":")?;
            let repeated = match key {
                "descr" => element.replace(text.element()?).is_some(),
                "fortran_order" => fortran_order.replace(text.boolean()?).is_some(),
                "shape" => shape.replace(text.shape()?).is_some(),
                _ => return Err(text.fault("has an unknown key")),
            };
            if repeated {
                return Err(text.fault("repeats a key"));
            }
            if !text.skip(",") {
                text.expect("}")?;
                break;
            }
        }
        match (element, fortran_order, shape) {
            (Some(element), Some(fortran_order), Some(shape)) if text.rest.trim_ascii().is_empty() => {
                Ok(Self { element, fortran_order, shape })
            }
            (Some(_), Some(_), Some(_)) => Err(text.fault("goes on after its end")),
            _ => Err(text.fault("lacks one of descr, fortran_order and shape")),
        }
    }
}

/// What is left of the text.
struct Text<'a> {
    rest: &'a str,
}

impl<'a> Text<'a> {
    fn fault(&self, what: &str) -> String {
        let place = excerpt(self.rest.trim_ascii());
        format!("its NPY header {what} at {place:?}; write it again with numpy.save")
    }

    /// Passes over spaces, and over `token` if it comes next.
    fn skip(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_ascii_start();
        let next = rest.strip_prefix(token);
        self.rest = next.unwrap_or(rest);
        next.is_some()
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.skip(token) { Ok(()) } else { Err(self.fault(&format!("lacks a '{token}'"))) }
    }

    fn string(&mut self) -> Result<&'a str, String> {
        let quote = ["'", "\""].into_iter().find(|quote| self.skip(quote));
        let ended = quote.and_then(|quote| self.rest.split_once(quote));
        let (string, rest) = ended.ok_or_else(|| self.fault("lacks a text in quotes"))?;
        self.rest = rest;
        Ok(string)
    }

    fn element(&mut self) -> Result<Element, String> {
        if self.skip("[") || self.skip("(") {
            let what = "it holds records (a structured dtype)";
            return Err(format!("{what}; save an array of numbers, as structured_to_unstructured makes of them"));
        }
        Element::of(self.string()?)
    }

    fn boolean(&mut self) -> Result<bool, String> {
        if self.skip("True") {
            return Ok(true);
        }
        if self.skip("False") { Ok(false) } else { Err(self.fault("lacks True or False")) }
    }

    fn shape(&mut self) -> Result<Vec<usize>, String> {
        let mut shape = vec![];
        self.expect("(")?;
        while !self.skip(")") {
            self.skip(""); // spaces
            let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = self.rest.split_at(digits);
            shape.push(number.parse().map_err(|_| self.fault("lacks an extent that can be true"))?);
            self.rest = rest;
            self.skip("L"); // as Python 2 wrote long numbers
            if !self.skip(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_in_any_spelling() {
        for (text, fortran_order, shape) in [
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n", false, &[3, 4][..]),
            ("{\"shape\":(3,),\"descr\":\"<f4\",\"fortran_order\":True}", true, &[3]),
            (" { 'fortran_order' : True , 'shape' : ( 3L , 4L ) , 'descr' : '<f4' } ", true, &[3, 4]),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", false, &[]),
        ] {
            let header = Header::parse(text).unwrap();
            assert_eq!((header.fortran_order, &header.shape[..]), (fortran_order, shape), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_place() {
        for (text, what) in [
            ("", "lacks a '{'"),
            ("{}", "lacks one of"),
            ("{'descr': '<f4', 'fortran_order': False}", "lacks one of"),
            ("{'descr': '<f4', 'descr': '<f4'}", "repeats a key"),
            ("{'descr': '<f4', 'order': 'C'}", "unknown key"),
            ("{'descr': '<f4", "lacks a text"),
            ("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (3,)}", "records"),
            ("{'fortran_order': 0}", "True or False"),
            ("{'shape': (-1, 4)}", "extent"),
            ("{'shape': (3 4)}", "lacks a ')'"),
            ("{'shape': (99999999999999999999, 4)}", "extent"),
            ("{'shape': (3,", "extent"),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} + {}", "goes on"),
            ("__import__('os')", "lacks a '{'"),
        ] {
            let reason = Header::parse(text).unwrap_err();
            assert!(reason.contains(what), "{text}: {reason}");
        }
    }
}

pub(crate) fn run(_: &crate::arguments::Gradcheck) -> Result<(), crate::failure::Failure> { Ok(()) }

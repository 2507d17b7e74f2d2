"""Stories in compiled Ink."""

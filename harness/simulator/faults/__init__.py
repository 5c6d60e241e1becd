"""Everything that goes wrong between a question and its picture, on demand; a module a family."""

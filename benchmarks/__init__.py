"""What `script/bench` measures: one module for each part, plain ways of doing the same in `naive`."""

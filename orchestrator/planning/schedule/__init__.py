"""Pure cutover scheduling: which batch, which night, in which order; why not, where there is no way."""

"""Features, labelers, classifiers and decoders, with the released weights."""

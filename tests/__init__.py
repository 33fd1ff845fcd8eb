"""The tests mirror the source; contract/, chaos/, browser/ and benchmarks/ cut across it."""

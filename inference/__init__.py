"""The pipeline, the cross-checks, the results and the pages."""

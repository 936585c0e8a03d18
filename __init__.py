"""gouji 勾稽: reads and cross-checks Chinese annual reports on open government information."""

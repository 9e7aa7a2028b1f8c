"""Floor 4: what a training leaves on disk: paths, locks, records, logs, a comparison's folder, the test-set log."""

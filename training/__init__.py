"""Fit, calibrate, measure and compare models; loaded by the train and evaluate commands alone."""

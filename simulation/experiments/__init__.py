"""Many runs: comparisons on common draws, calibration."""

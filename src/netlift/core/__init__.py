"""What every room needs: errors, the clock, threads, the version."""

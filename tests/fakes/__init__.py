"""In-memory stand-ins that obey the ports' contracts; the same contract tests run against them and AWS's stand-ins."""

"""One language for segments, scoring, stages, branches, triggers and goals; every answer knows until when it holds."""

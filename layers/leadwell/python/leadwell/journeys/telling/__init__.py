"""Steps, triggers and conditions in words a marketer reads, in German and English."""

-- What of a committed load is no longer there, and what retention gave up of it on purpose.

ALTER TABLE loads
    ADD COLUMN IF NOT EXISTS damage String COMMENT 'What is missing of the stored rows, as a sentence; empty while all of them are there.',
    ADD COLUMN IF NOT EXISTS expired Map(String, DateTime64(3, 'UTC')) COMMENT 'What retention gave up, and when: inbox, rows, evidence, metrics.';

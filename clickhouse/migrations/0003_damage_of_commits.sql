-- What is missing of a load stands with its decisions, so that no step of a check that runs meanwhile can lose it.

ALTER TABLE commits
    ADD COLUMN IF NOT EXISTS damage String COMMENT 'What is missing of the committed rows, as a sentence; empty while all of them are there.';

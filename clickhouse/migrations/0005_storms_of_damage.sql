-- Which storm a damaged load was told in, so that one that was cut short goes on as the same.

ALTER TABLE commits
    ADD COLUMN IF NOT EXISTS storm String COMMENT 'The storm in which rows of this load were found missing, as JSON of {storm_id, started_s, loads, load_id, file}; empty for none.';

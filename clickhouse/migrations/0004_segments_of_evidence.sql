-- In which segment a rule found a row at fault, so that the incident of one segment shows no rows of another.

ALTER TABLE failed_rows
    ADD COLUMN IF NOT EXISTS segments Array(String) COMMENT 'The segment each rule judged the row in, in the order of rule_ids; empty for a rule without segments.';

-- Everything Assay remembers besides the rows of files. One statement per block; forward only.
-- State tables are small and flushed to disk on every insert, so a power cut loses nothing acknowledged.

CREATE TABLE IF NOT EXISTS sources
(
    tenant String COMMENT 'Who owns the row; every query filters by it first.',
    source_id UInt64 COMMENT 'Names the data table of the source; never reused.',
    version UInt64 COMMENT 'Counts the edits of this source, rules included, from 1.',
    name String COMMENT 'How people and scripts address the source.',
    document String COMMENT 'The source document without its rules, as canonical JSON.',
    columns String COMMENT 'The columns in force as a JSON array of {name, type}; empty array until the first file decided.',
    deleted Bool COMMENT 'True when this version removed the source.',
    changed_at DateTime64(3, 'UTC') COMMENT 'When the version was made.',
    changed_by String COMMENT 'The actor who made it.',
    why String COMMENT 'What the actor said about it.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, source_id, version)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a version of a source.';

CREATE TABLE IF NOT EXISTS rules
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source whose loads the rule judges.',
    rule_id String COMMENT 'Stable identity; editing a rule keeps its history and incidents.',
    version UInt64 COMMENT 'The version of the source that this edit made; results name it.',
    kind String COMMENT 'The rule kind, such as not_null.',
    spec String COMMENT 'The whole rule as canonical JSON.',
    deleted Bool COMMENT 'True when this version removed the rule.',
    changed_at DateTime64(3, 'UTC') COMMENT 'When the version was made.',
    changed_by String COMMENT 'The actor who made it.',
    why String COMMENT 'What the actor said about it.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, source_id, rule_id, version)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a version of a rule.';

CREATE TABLE IF NOT EXISTS arrivals
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source the file was sent to.',
    arrival_id UInt64 COMMENT 'Time-ordered id of the receipt.',
    arrived_at DateTime64(3, 'UTC') COMMENT 'When the last byte was stored.',
    load_id UInt64 COMMENT 'The load that stands for the content of the file.',
    file String COMMENT 'The name as the sender gave it; data, never a path.',
    bytes UInt64 COMMENT 'Size as received, compressed or not.',
    sha256 FixedString(64) COMMENT 'SHA-256 of the bytes as received, in hex.',
    duplicate Bool COMMENT 'True when the same content had been received for this source before.',
    received_by String COMMENT 'The actor who sent the file.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, source_id, arrival_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a receipt of a file, duplicates included.';

CREATE TABLE IF NOT EXISTS loads
(
    tenant String COMMENT 'Who owns the row.',
    load_id UInt64 COMMENT 'Time-ordered id; also the order of receipt.',
    version UInt64 COMMENT 'The step that wrote this row; the highest is the present.',
    source_id UInt64 COMMENT 'The source of the file.',
    source String COMMENT 'The name of the source.',
    file String COMMENT 'The name of the file as the sender gave it.',
    sha256 FixedString(64) COMMENT 'SHA-256 of the bytes as received, in hex.',
    bytes UInt64 COMMENT 'Size as received, in bytes.',
    format LowCardinality(String) COMMENT 'jsonl, csv or parquet; empty until the file was looked at.',
    compression LowCardinality(String) COMMENT 'none, gzip or zstd; empty until the file was looked at.',
    state LowCardinality(String) COMMENT 'received, loading, committed, checking, loaded, partial, held, refused, withdrawn or expired.',
    reason String COMMENT 'Why the file is refused, partial, held or withdrawn, as a sentence.',
    verdict LowCardinality(String) COMMENT 'pass, warn, fail or error; empty until judged.',
    summary String COMMENT 'The verdict as a sentence.',
    records UInt64 COMMENT 'Records in the file: rows + rejects.',
    rows UInt64 COMMENT 'Records that became rows.',
    rejects UInt64 COMMENT 'Records that could not.',
    findings Array(String) COMMENT 'What is odd about the file beside its rules, one sentence each.',
    check_id UInt64 COMMENT 'The check whose results are in force; 0 until judged.',
    backfill Bool COMMENT 'True for history: no notice is sent and no incident opened.',
    replaces UInt64 COMMENT 'The load this one takes the place of; 0 for none.',
    received_at DateTime64(3, 'UTC') COMMENT 'When the last byte was stored.',
    loading_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When reading began.',
    committed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the rows became readable by rules.',
    checked_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the verdict stood.',
    finished_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the load was published or held, incidents raised and leftovers swept.',
    workflow_id String COMMENT 'The Temporal workflow of this load.',
    run_id String COMMENT 'Its run; empty until it started.',
    actor String COMMENT 'Who sent the file.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, load_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is the load of a file.';

CREATE TABLE IF NOT EXISTS commits
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source of the load.',
    load_id UInt64 COMMENT 'The load that is committed.',
    version UInt64 COMMENT '1 is the commit, 2 its first publication, higher ones are decisions by people.',
    state LowCardinality(String) COMMENT 'committed, published, held, withdrawn or expired.',
    chunk_ids Array(UInt64) COMMENT 'The only chunks whose rows and rejects count.',
    chunk_rows Array(UInt64) COMMENT 'Rows of each chunk, in the order of chunk_ids.',
    chunk_rejects Array(UInt64) COMMENT 'Rejects of each chunk, in the order of chunk_ids.',
    columns String COMMENT 'The columns the rows were read with, as a JSON array of {name, type, number}.',
    seen String COMMENT 'Which columns the file had, as JSON of {numbers, undeclared, undeclared_more}.',
    event_from Nullable(DateTime64(9, 'UTC')) COMMENT 'Earliest event time among the rows; NULL without event time.',
    event_to Nullable(DateTime64(9, 'UTC')) COMMENT 'Latest event time among the rows; NULL without event time.',
    decided_at DateTime64(3, 'UTC') COMMENT 'When this state was decided.',
    decided_by String COMMENT 'The actor who decided; system for the commit itself.',
    reason String COMMENT 'Why, as a sentence.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, source_id, load_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is the commit of a load with its publication state.';

CREATE TABLE IF NOT EXISTS rejects
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source of the file.',
    load_id UInt64 COMMENT 'The load the record belongs to.',
    chunk_id UInt64 COMMENT 'The chunk that wrote it; counts only when committed.',
    line UInt64 COMMENT 'Physical line where the record starts, from 1.',
    byte_offset UInt64 COMMENT 'Offset of its first byte in the decompressed file.',
    received_at DateTime('UTC') COMMENT 'Receipt of the file; decides the partition.',
    reason_code LowCardinality(String) COMMENT 'Stable word for the reason.',
    reason String COMMENT 'The reason as a sentence.',
    raw String COMMENT 'The text of the record, invalid bytes as \\xHH, cut at a limit.',
    raw_bytes UInt64 COMMENT 'True length of the record in bytes.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (tenant, load_id, chunk_id, line)
COMMENT 'One row is a record that could not become a row.';

CREATE TABLE IF NOT EXISTS checks
(
    tenant String COMMENT 'Who owns the row.',
    load_id UInt64 COMMENT 'The load that was checked.',
    check_id UInt64 COMMENT 'Fresh for every attempt, so that a retry replaces and never mixes.',
    version UInt64 COMMENT '1 while running, 2 once it is in force.',
    source_id UInt64 COMMENT 'The source of the load.',
    state LowCardinality(String) COMMENT 'running, or final once it is in force.',
    rules Array(String) COMMENT 'The pinned rules as rule_id@version.',
    chunk_ids Array(UInt64) COMMENT 'The chunks of the load that were read.',
    window_loads Array(UInt64) COMMENT 'Other published loads whose rows took part in the windows.',
    verdict LowCardinality(String) COMMENT 'The worst verdict of the results; empty while running.',
    summary String COMMENT 'The verdict as a sentence.',
    statements UInt32 COMMENT 'How many SQL statements it took.',
    rows_read UInt64 COMMENT 'Rows read by them.',
    duration_ms UInt64 COMMENT 'How long it took, in milliseconds.',
    started_at DateTime64(3, 'UTC') COMMENT 'When it began.',
    finished_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the verdict stood.',
    trigger LowCardinality(String) COMMENT 'file, again or preview.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, load_id, check_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a check of a load with pinned rule versions.';

CREATE TABLE IF NOT EXISTS results
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source of the load.',
    load_id UInt64 COMMENT 'The load that was judged.',
    check_id UInt64 COMMENT 'The check that judged it.',
    rule_id String COMMENT 'The rule.',
    version UInt64 COMMENT 'The version of the rule.',
    kind LowCardinality(String) COMMENT 'The kind of the rule.',
    severity LowCardinality(String) COMMENT 'critical, high, medium, low or info.',
    mode LowCardinality(String) COMMENT 'active, or shadow: recorded and silent.',
    segment String COMMENT 'The segment as text; empty for the whole load.',
    window String COMMENT 'Start of the event-time window, ISO 8601; empty without windows.',
    value Nullable(String) COMMENT 'What was measured, as exact text.',
    measure LowCardinality(String) COMMENT 'What value is: count, share or value.',
    expected String COMMENT 'What was expected, as a sentence.',
    verdict LowCardinality(String) COMMENT 'pass, warn, fail, error, skipped or no_data.',
    rows_checked UInt64 COMMENT 'Rows the rule looked at.',
    rows_failed UInt64 COMMENT 'Rows that broke it.',
    finding String COMMENT 'The outcome as one sentence.',
    reason String COMMENT 'Why the rule could not be evaluated; empty otherwise.',
    statement Int32 COMMENT 'The statement of the check that measured it; -1 when none did.',
    duration_ms UInt64 COMMENT 'How long that statement took, in milliseconds.',
    judged_at DateTime64(3, 'UTC') COMMENT 'When it was judged.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, load_id, check_id, rule_id, segment, window)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a rule judged on a load, segment and window.';

CREATE TABLE IF NOT EXISTS failed_rows
(
    tenant String COMMENT 'Who owns the row.',
    load_id UInt64 COMMENT 'The load of the row.',
    check_id UInt64 COMMENT 'The check that found it.',
    line UInt64 COMMENT 'Line of the row in its file.',
    byte_offset UInt64 COMMENT 'Offset of the row in the decompressed file.',
    rule_ids Array(String) COMMENT 'Every rule the row breaks.',
    reasons Array(String) COMMENT 'One sentence per rule, in the order of rule_ids.',
    failing_columns Array(String) COMMENT 'The columns that these rules read.',
    key Map(String, Nullable(String)) COMMENT 'The key columns of the source with their values.',
    columns Map(String, Nullable(String)) COMMENT 'Failing columns that rules opted in, with their values, masked where the source says so.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, load_id, check_id, line)
COMMENT 'One row is evidence: a row that breaks at least one rule.';

CREATE TABLE IF NOT EXISTS profiles
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source of the load.',
    load_id UInt64 COMMENT 'The load.',
    check_id UInt64 COMMENT 'The check that measured it.',
    column_number UInt16 COMMENT 'The number of the column: c_1 is 1.',
    column String COMMENT 'The name of the column.',
    type String COMMENT 'Its type; undeclared for a key that no column holds.',
    rows UInt64 COMMENT 'Rows of the load.',
    nulls UInt64 COMMENT 'Rows without a value: null and absent, type errors not counted.',
    absent UInt64 COMMENT 'Rows whose record lacks the key.',
    type_errors UInt64 COMMENT 'Rows whose value does not fit the type.',
    distinct UInt64 COMMENT 'Distinct values.',
    distinct_exact Bool COMMENT 'False when distinct is an estimate.',
    min Nullable(String) COMMENT 'Smallest value as text.',
    max Nullable(String) COMMENT 'Largest value as text.',
    mean Nullable(String) COMMENT 'Mean of a numeric column.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, source_id, load_id, check_id, column_number)
COMMENT 'One row is a column of a load.';

CREATE TABLE IF NOT EXISTS anomalies
(
    tenant String COMMENT 'Who owns the row.',
    source_id UInt64 COMMENT 'The source of the load.',
    anomaly_id UInt64 COMMENT 'Follows from check, rule, segment and window.',
    check_id UInt64 COMMENT 'The check that found it.',
    load_id UInt64 COMMENT 'The load it was found in.',
    rule_id String COMMENT 'The rule that was broken.',
    version UInt64 COMMENT 'The version of the rule.',
    kind LowCardinality(String) COMMENT 'The kind of the rule.',
    severity LowCardinality(String) COMMENT 'critical, high, medium, low or info.',
    verdict LowCardinality(String) COMMENT 'warn, fail or error.',
    segment String COMMENT 'The segment as text; empty for the whole load.',
    window String COMMENT 'Start of the event-time window, ISO 8601; empty without windows.',
    value Nullable(String) COMMENT 'What was measured, as exact text.',
    expected String COMMENT 'What was expected.',
    finding String COMMENT 'The anomaly as one sentence with numbers.',
    rows_checked UInt64 COMMENT 'Rows the rule looked at.',
    rows_failed UInt64 COMMENT 'Rows that broke it.',
    evidence UInt64 COMMENT 'How many failed rows are kept for it.',
    incident_id UInt64 COMMENT 'The incident it belongs to; 0 for none.',
    found_at DateTime64(3, 'UTC') COMMENT 'When it was found.'
)
ENGINE = ReplacingMergeTree(check_id)
ORDER BY (tenant, source_id, anomaly_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a result worth telling.';

CREATE TABLE IF NOT EXISTS incidents
(
    tenant String COMMENT 'Who owns the row.',
    incident_id UInt64 COMMENT 'Time-ordered id.',
    version UInt64 COMMENT 'Counts the events of the incident; the highest is the present.',
    key String COMMENT 'What is grouped: source, rule and segment as canonical JSON.',
    source_id UInt64 COMMENT 'The source.',
    source String COMMENT 'The name of the source.',
    rule_id String COMMENT 'The rule.',
    kind LowCardinality(String) COMMENT 'The kind of the rule.',
    segment String COMMENT 'The segment as text; empty for the whole source.',
    status LowCardinality(String) COMMENT 'triggered, acknowledged or resolved.',
    severity LowCardinality(String) COMMENT 'critical, high, medium, low or info.',
    finding String COMMENT 'The newest anomaly as one sentence.',
    reason String COMMENT 'Why it is resolved; empty while open.',
    comment String COMMENT 'What the resolving actor wrote.',
    resolved_by String COMMENT 'Who resolved it; system when a clean load did.',
    acknowledged_by String COMMENT 'Who acknowledged it last.',
    regressed Bool COMMENT 'True when it came back after being resolved.',
    silent Bool COMMENT 'True while a storm incident speaks for it.',
    settled Bool COMMENT 'True when it is resolved and can no longer come back.',
    occurrences UInt64 COMMENT 'Loads that failed.',
    level UInt32 COMMENT 'The escalation level notified last, from 1; 0 before the first notice.',
    round UInt32 COMMENT 'The round of escalation that is running, from 1; 0 when none is.',
    next_escalation_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the next level is notified; NULL when nothing is due.',
    acknowledged_until Nullable(DateTime64(3, 'UTC')) COMMENT 'When the acknowledgement runs out; NULL when it does not.',
    reopen_until Nullable(DateTime64(3, 'UTC')) COMMENT 'Until when a failure or a person reopens it; NULL while open or settled.',
    policy String COMMENT 'The escalation policy pinned at trigger, as JSON.',
    first_load_id UInt64 COMMENT 'The load that opened it.',
    last_load_id UInt64 COMMENT 'The newest load that failed.',
    last_anomaly_id UInt64 COMMENT 'The newest anomaly.',
    triggered_at DateTime64(3, 'UTC') COMMENT 'When it opened, or reopened.',
    acknowledged_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When somebody took it.',
    resolved_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was settled.',
    changed_at DateTime64(3, 'UTC') COMMENT 'When the newest event happened.',
    workflow_id String COMMENT 'The Temporal workflow of the incident.',
    run_id String COMMENT 'The first run of that workflow.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, incident_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is an incident; the workflow is the writer, this is its projection.';

CREATE TABLE IF NOT EXISTS incident_events
(
    tenant String COMMENT 'Who owns the row.',
    incident_id UInt64 COMMENT 'The incident.',
    seq UInt64 COMMENT 'Position in the timeline, from 1.',
    at DateTime64(3, 'UTC') COMMENT 'When it happened.',
    type LowCardinality(String) COMMENT 'incident.triggered, incident.acknowledged, incident.escalated and so on.',
    actor String COMMENT 'Who did it; system for machines.',
    via LowCardinality(String) COMMENT 'web, cli, api or system.',
    message String COMMENT 'The event as one sentence.',
    data String COMMENT 'Details as JSON.'
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, incident_id, seq)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is an entry in the timeline of an incident.';

CREATE TABLE IF NOT EXISTS deliveries
(
    tenant String COMMENT 'Who owns the row.',
    incident_id UInt64 COMMENT 'The incident the notice is about.',
    notice_id String COMMENT 'Stable id of the notice; the webhook-id a receiver sees.',
    version UInt64 COMMENT '0 when queued, then the attempt that failed, 1000000 when final; the highest is the present.',
    channel LowCardinality(String) COMMENT 'The kind of the channel, such as webhook; empty before the first attempt.',
    target String COMMENT 'The name of the target in the policy.',
    level UInt32 COMMENT 'The escalation level.',
    reason LowCardinality(String) COMMENT 'Why it was sent: triggered, escalated, resolved and so on.',
    state LowCardinality(String) COMMENT 'queued, delivered, failed or suppressed.',
    attempts UInt32 COMMENT 'How often it was tried.',
    status_code UInt16 COMMENT 'The HTTP answer; 0 for none.',
    error String COMMENT 'The last error as a sentence; empty when none.',
    queued_at DateTime64(3, 'UTC') COMMENT 'When the notice was decided.',
    finished_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was final.',
    duration_ms UInt64 COMMENT 'How long the last attempt took, in milliseconds.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, incident_id, notice_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a notice to one target.';

CREATE TABLE IF NOT EXISTS disabled_targets
(
    tenant String COMMENT 'Who owns the row.',
    target String COMMENT 'The name of the target in the policy file.',
    fingerprint FixedString(64) COMMENT 'SHA-256 of its settings, in hex; other settings are another target and work again.',
    disabled_at DateTime64(3, 'UTC') COMMENT 'When its receiver said so.',
    incident_id UInt64 COMMENT 'The incident whose notice was refused.',
    notice_id String COMMENT 'The notice that was refused.',
    reason String COMMENT 'What the receiver answered, as a sentence.'
)
ENGINE = ReplacingMergeTree(disabled_at)
ORDER BY (tenant, target, fingerprint)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is a target whose receiver asked not to be told again.';

CREATE TABLE IF NOT EXISTS events
(
    tenant String COMMENT 'Who owns the row.',
    at DateTime64(3, 'UTC') COMMENT 'When it happened.',
    event_id UInt64 COMMENT 'Time-ordered id; live streams resume from it.',
    type LowCardinality(String) COMMENT 'load.progress, load.checked, incident.triggered, rule.published and so on.',
    ids Map(String, String) COMMENT 'What it is about: source, load_id, incident_id, rule_id.',
    data String COMMENT 'Small details as JSON, such as progress counters.'
)
ENGINE = MergeTree
ORDER BY (tenant, at, event_id)
TTL toDateTime(at) + INTERVAL 7 DAY
COMMENT 'One row is something that happened, for live views; kept 7 days.';

CREATE TABLE IF NOT EXISTS api_keys
(
    tenant String COMMENT 'The tenant the key acts for.',
    key_id UInt64 COMMENT 'Time-ordered id.',
    version UInt64 COMMENT '1 at creation, higher when revoked.',
    name String COMMENT 'What the key is for.',
    role LowCardinality(String) COMMENT 'viewer, editor or admin.',
    sha256 FixedString(64) COMMENT 'SHA-256 of the key in hex; the key itself is never stored.',
    created_at DateTime64(3, 'UTC') COMMENT 'When it was made.',
    created_by String COMMENT 'Who made it.',
    revoked_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was revoked; NULL while it works.'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, key_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is an API key.';

CREATE TABLE IF NOT EXISTS audit
(
    tenant String COMMENT 'Who owns the row.',
    at DateTime64(3, 'UTC') COMMENT 'When it was done.',
    audit_id UInt64 COMMENT 'Time-ordered id.',
    actor String COMMENT 'Who did it.',
    via LowCardinality(String) COMMENT 'web, cli, api or system.',
    action LowCardinality(String) COMMENT 'What was done, such as rule.put or load.withdraw.',
    subject String COMMENT 'What it was done to.',
    before String COMMENT 'The state before, as JSON; empty when there was none.',
    after String COMMENT 'The state after, as JSON; empty when there is none.',
    request_id String COMMENT 'The request that asked for it.'
)
ENGINE = MergeTree
ORDER BY (tenant, at, audit_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row is something a person or key did.';

-- Why: one night leaves elements, a plan, passes and verdicts behind, and each must be traceable to who put it there.
-- Measurements lie in the pass files; this database says which there are, what was planned and what was found.
CREATE TABLE element_set (
  -- sha256 of the canonical text
  element_set_id          TEXT    NOT NULL PRIMARY KEY CHECK (length(element_set_id) = 64),
  catalog_number          TEXT    NOT NULL CHECK (length(catalog_number) BETWEEN 1 AND 9
                                           AND catalog_number NOT GLOB '*[^0-9]*'),
  name                    TEXT,
  format                  TEXT    NOT NULL CHECK (format IN ('tle', 'omm')),
  source_name             TEXT    NOT NULL CHECK (source_name <> ''),
  raw_text                TEXT    NOT NULL CHECK (raw_text <> ''),
  epoch_utc_ms            REAL    NOT NULL CHECK (epoch_utc_ms BETWEEN -4e11 AND 4.1e12), -- finer than a millisecond
  inclination_deg         REAL    NOT NULL CHECK (inclination_deg BETWEEN 0 AND 180),
  raan_deg                REAL    NOT NULL CHECK (raan_deg BETWEEN 0 AND 360),
  eccentricity            REAL    NOT NULL CHECK (eccentricity >= 0 AND eccentricity < 1),
  argument_of_perigee_deg REAL    NOT NULL CHECK (argument_of_perigee_deg BETWEEN 0 AND 360),
  mean_anomaly_deg        REAL    NOT NULL CHECK (mean_anomaly_deg BETWEEN 0 AND 360),
  mean_motion_rev_day     REAL    NOT NULL CHECK (mean_motion_rev_day > 0 AND mean_motion_rev_day < 18),
  bstar_per_earth_radius  REAL    NOT NULL,
  imported_at_utc_ms      INTEGER NOT NULL CHECK (imported_at_utc_ms > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX element_set_by_catalog_number_epoch ON element_set (catalog_number, epoch_utc_ms DESC, element_set_id);

CREATE TRIGGER element_set_is_append_only BEFORE UPDATE ON element_set
BEGIN
  SELECT RAISE (ABORT, 'element_set is append-only: a new set is a new row');
END;

CREATE TABLE planned_pass (
  pass_id         TEXT    NOT NULL PRIMARY KEY CHECK (length(pass_id) BETWEEN 4 AND 64),
  night           TEXT    NOT NULL CHECK (night GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  start_utc_ms    REAL    NOT NULL CHECK (start_utc_ms > 0),
  end_utc_ms      REAL    NOT NULL CHECK (end_utc_ms > start_utc_ms),
  element_set_id  TEXT    NOT NULL REFERENCES element_set (element_set_id) ON DELETE RESTRICT,
  expected_json   TEXT    NOT NULL CHECK (json_valid(expected_json)), -- the window's expectation when it was planned
  state           TEXT    NOT NULL CHECK (state IN ('proposed', 'approved', 'armed', 'live', 'recorded', 'processed',
                                                    'archived', 'aborted', 'cancelled')),
  version         INTEGER NOT NULL CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX planned_pass_by_start ON planned_pass (start_utc_ms, pass_id);
CREATE INDEX planned_pass_by_element_set ON planned_pass (element_set_id);

CREATE TABLE schedule_transition (
  pass_id     TEXT    NOT NULL REFERENCES planned_pass (pass_id) ON DELETE RESTRICT,
  version     INTEGER NOT NULL CHECK (version >= 1),
  from_state  TEXT    CHECK ((from_state IS NULL) = (version = 1)),
  to_state    TEXT    NOT NULL,
  who         TEXT    NOT NULL CHECK (who <> ''),
  why         TEXT    NOT NULL,
  at_utc_ms   INTEGER NOT NULL CHECK (at_utc_ms > 0),
  PRIMARY KEY (pass_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER schedule_transition_is_append_only BEFORE UPDATE ON schedule_transition
BEGIN
  SELECT RAISE (ABORT, 'schedule_transition is append-only');
END;
CREATE TRIGGER schedule_transition_is_kept BEFORE DELETE ON schedule_transition
BEGIN
  SELECT RAISE (ABORT, 'schedule_transition is append-only');
END;

CREATE TABLE pass (
  pass_id             TEXT    NOT NULL PRIMARY KEY CHECK (length(pass_id) BETWEEN 4 AND 64),
  night               TEXT    NOT NULL CHECK (night GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  state               TEXT    NOT NULL CHECK (state IN ('recorded', 'processed', 'failed')),
  mode                TEXT    NOT NULL CHECK (mode IN ('qkd', 'bell')),
  entangled_state     TEXT    NOT NULL CHECK (entangled_state IN ('psi+', 'phi+')),
  custody             TEXT    NOT NULL CHECK (custody IN ('analysis', 'operational')),
  start_utc_ms        REAL    NOT NULL CHECK (start_utc_ms >= 0),
  seconds             REAL    NOT NULL CHECK (seconds >= 0),
  file_name           TEXT    NOT NULL UNIQUE CHECK (file_name NOT GLOB '*[/\]*' AND file_name GLOB '*.tpass'),
  content_sha256      TEXT    NOT NULL CHECK (length(content_sha256) = 64), -- what was recorded, verdicts apart
  recordings_sha256   TEXT    NOT NULL CHECK (length(recordings_sha256) = 64), -- of the recordings' digests, sorted
  imported_at_utc_ms  INTEGER NOT NULL CHECK (imported_at_utc_ms > 0),
  failure             TEXT    CHECK ((failure IS NOT NULL) = (state = 'failed'))
) STRICT, WITHOUT ROWID;

CREATE INDEX pass_by_start ON pass (start_utc_ms DESC, pass_id);
CREATE UNIQUE INDEX pass_by_recordings ON pass (recordings_sha256);

CREATE TABLE recording (
  pass_id    TEXT    NOT NULL REFERENCES pass (pass_id) ON DELETE RESTRICT,
  station    TEXT    NOT NULL CHECK (station <> ''),
  file_name  TEXT    NOT NULL CHECK (file_name <> ''),
  type       TEXT    NOT NULL CHECK (type <> ''),
  sha256     TEXT    NOT NULL CHECK (length(sha256) = 64),
  bytes      INTEGER NOT NULL CHECK (bytes >= 0),
  events     INTEGER NOT NULL CHECK (events >= 0),
  PRIMARY KEY (pass_id, station)
) STRICT, WITHOUT ROWID;

CREATE INDEX recording_by_sha256 ON recording (sha256);

CREATE TABLE verdict (
  pass_id          TEXT    NOT NULL REFERENCES pass (pass_id) ON DELETE RESTRICT,
  verdict_id       INTEGER NOT NULL CHECK (verdict_id >= 1),
  made_at_utc_ms   INTEGER NOT NULL CHECK (made_at_utc_ms > 0),
  code_version     TEXT    NOT NULL CHECK (code_version <> ''),
  sha256           TEXT    NOT NULL CHECK (length(sha256) = 64), -- the end of the chain in the pass file
  coincidences     INTEGER CHECK (coincidences >= 0),
  sifted_bits      INTEGER CHECK (sifted_bits BETWEEN 0 AND coincidences),
  qber             REAL    CHECK (qber BETWEEN 0 AND 1),
  s                REAL    CHECK (s BETWEEN 0 AND 4),
  PRIMARY KEY (pass_id, verdict_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER verdict_is_append_only BEFORE UPDATE ON verdict
BEGIN
  SELECT RAISE (ABORT, 'verdict is append-only');
END;
CREATE TRIGGER verdict_is_kept BEFORE DELETE ON verdict
BEGIN
  SELECT RAISE (ABORT, 'verdict is append-only');
END;

CREATE TABLE log_entry (
  entry_id      INTEGER PRIMARY KEY CHECK (entry_id >= 1),
  at_utc_ms     INTEGER NOT NULL CHECK (at_utc_ms > 0),
  who           TEXT    NOT NULL CHECK (who <> ''),
  action        TEXT    NOT NULL CHECK (action <> ''),
  subject       TEXT    NOT NULL,
  details_json  TEXT    NOT NULL CHECK (json_valid(details_json)),
  prev_sha256   TEXT    NOT NULL CHECK (length(prev_sha256) = 64),
  sha256        TEXT    NOT NULL CHECK (length(sha256) = 64)
) STRICT;

CREATE INDEX log_entry_by_subject ON log_entry (subject, entry_id DESC);

CREATE TRIGGER log_entry_is_append_only BEFORE UPDATE ON log_entry
BEGIN
  SELECT RAISE (ABORT, 'log_entry is append-only');
END;
CREATE TRIGGER log_entry_is_kept BEFORE DELETE ON log_entry
BEGIN
  SELECT RAISE (ABORT, 'log_entry is append-only');
END;

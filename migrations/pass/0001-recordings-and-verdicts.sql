-- Why: a pass must be readable, checkable and portable on its own: what was recorded, sealed, and every verdict on it.
-- Times and outcomes lie apart: both stations' outcomes together are the key, so outcomes are ciphertext here, always.
CREATE TABLE pass_meta (
  only_row           INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  pass_id            TEXT    NOT NULL CHECK (length(pass_id) BETWEEN 4 AND 64),
  night              TEXT    NOT NULL CHECK (night GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  mode               TEXT    NOT NULL CHECK (mode IN ('qkd', 'bell')),
  entangled_state    TEXT    NOT NULL CHECK (entangled_state IN ('psi+', 'phi+')),
  custody            TEXT    NOT NULL CHECK (custody IN ('analysis', 'operational')),
  start_utc_ms       REAL    NOT NULL CHECK (start_utc_ms >= 0),
  seconds            REAL    NOT NULL CHECK (seconds >= 0),
  mission_id         TEXT    NOT NULL CHECK (mission_id <> ''),
  mission_json       TEXT    NOT NULL CHECK (json_valid(mission_json)), -- the mission file as it was that night
  elements_text      TEXT,                                              -- as the recordings carried them, or null
  code_version       TEXT    NOT NULL CHECK (code_version <> ''),
  created_at_utc_ms  INTEGER NOT NULL CHECK (created_at_utc_ms > 0),
  outcome_key_id     TEXT    NOT NULL CHECK (outcome_key_id <> ''),     -- names the key, is not the key
  content_sha256     TEXT    CHECK (length(content_sha256) = 64)        -- null until the recording is sealed
) STRICT;

CREATE TABLE recording (
  station        TEXT    NOT NULL PRIMARY KEY CHECK (station <> ''),
  file_name      TEXT    NOT NULL CHECK (file_name <> ''),
  type           TEXT    NOT NULL CHECK (type <> ''),
  sha256         TEXT    NOT NULL CHECK (length(sha256) = 64),
  bytes          INTEGER NOT NULL CHECK (bytes >= 0),
  manifest_json  TEXT    NOT NULL CHECK (json_valid(manifest_json)),
  tick_ps        REAL    NOT NULL CHECK (tick_ps > 0),
  origin_ticks   TEXT    NOT NULL CHECK (origin_ticks <> '' AND ltrim(origin_ticks, '-') NOT GLOB '*[^0-9]*'),
  detectors      INTEGER NOT NULL CHECK (detectors BETWEEN 1 AND 256),
  events         INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  counters_json  TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(counters_json))
) STRICT, WITHOUT ROWID;

CREATE TABLE tag_chunk (
  station      TEXT    NOT NULL REFERENCES recording (station) ON DELETE RESTRICT,
  stream       TEXT    NOT NULL CHECK (stream IN ('clicks', 'beacon', 'pps')),
  chunk_index  INTEGER NOT NULL CHECK (chunk_index >= 0),
  events       INTEGER NOT NULL CHECK (events BETWEEN 1 AND 1048576),
  first_tick   REAL    NOT NULL,
  last_tick    REAL    NOT NULL CHECK (last_tick >= first_tick),
  times        BLOB    NOT NULL, -- Rice-coded, see src-core/archive/rice.ts
  sha256       TEXT    NOT NULL CHECK (length(sha256) = 64),
  PRIMARY KEY (station, stream, chunk_index)
) STRICT;

CREATE TABLE outcome_chunk (
  station      TEXT    NOT NULL,
  stream       TEXT    NOT NULL DEFAULT 'clicks' CHECK (stream = 'clicks'),
  chunk_index  INTEGER NOT NULL,
  events       INTEGER NOT NULL CHECK (events BETWEEN 1 AND 1048576),
  nonce        BLOB    NOT NULL UNIQUE CHECK (length(nonce) = 12),
  tag          BLOB    NOT NULL CHECK (length(tag) = 16),
  sealed       BLOB    NOT NULL, -- AES-256-GCM of the packed detector column
  sha256       TEXT    NOT NULL CHECK (length(sha256) = 64), -- of nonce, tag and ciphertext
  PRIMARY KEY (station, stream, chunk_index),
  FOREIGN KEY (station, stream, chunk_index) REFERENCES tag_chunk (station, stream, chunk_index) ON DELETE RESTRICT
) STRICT;

CREATE TABLE verdict (
  verdict_id       INTEGER PRIMARY KEY CHECK (verdict_id >= 1),
  made_at_utc_ms   INTEGER NOT NULL CHECK (made_at_utc_ms > 0),
  code_version     TEXT    NOT NULL CHECK (code_version <> ''),
  parameters_json  TEXT    NOT NULL CHECK (json_valid(parameters_json)),
  result_json      TEXT    NOT NULL CHECK (json_valid(result_json)),
  coincidences     INTEGER CHECK (coincidences >= 0),
  sifted_bits      INTEGER CHECK (sifted_bits BETWEEN 0 AND coincidences),
  qber             REAL    CHECK (qber BETWEEN 0 AND 1),
  s                REAL    CHECK (s BETWEEN 0 AND 4),
  series           BLOB    NOT NULL, -- one columnar frame: histograms and rates, never an outcome
  prev_sha256      TEXT    NOT NULL CHECK (length(prev_sha256) = 64), -- of the verdict before, or of the recording
  sha256           TEXT    NOT NULL CHECK (length(sha256) = 64)
) STRICT;

CREATE TRIGGER verdict_is_append_only BEFORE UPDATE ON verdict
BEGIN
  SELECT RAISE (ABORT, 'verdict is append-only');
END;
CREATE TRIGGER verdict_is_kept BEFORE DELETE ON verdict
BEGIN
  SELECT RAISE (ABORT, 'verdict is append-only');
END;

CREATE TRIGGER pass_meta_is_kept BEFORE DELETE ON pass_meta
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER pass_meta_is_sealed BEFORE UPDATE ON pass_meta WHEN OLD.content_sha256 IS NOT NULL
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER recording_insert_is_sealed BEFORE INSERT ON recording
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER recording_update_is_sealed BEFORE UPDATE ON recording
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER recording_is_kept BEFORE DELETE ON recording
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER tag_chunk_insert_is_sealed BEFORE INSERT ON tag_chunk
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER tag_chunk_is_append_only BEFORE UPDATE ON tag_chunk
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER tag_chunk_is_kept BEFORE DELETE ON tag_chunk
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER outcome_chunk_insert_is_sealed BEFORE INSERT ON outcome_chunk
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER outcome_chunk_is_append_only BEFORE UPDATE ON outcome_chunk
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER outcome_chunk_is_kept BEFORE DELETE ON outcome_chunk
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;

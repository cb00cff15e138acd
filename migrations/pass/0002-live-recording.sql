-- Why: a pass is recorded while it flies: batches are durable one by one, and what was said beside the tags is kept too.
-- The live_ tables are filled while the pass is on; sealing turns them into chunks and blocks of another, sealed file.
CREATE TABLE live_station (
  station         TEXT    NOT NULL PRIMARY KEY CHECK (station <> ''),
  tick_ps         REAL    NOT NULL CHECK (tick_ps > 0),
  detectors       INTEGER NOT NULL CHECK (detectors BETWEEN 1 AND 256),
  manifest_json   TEXT    NOT NULL CHECK (json_valid(manifest_json))
) STRICT, WITHOUT ROWID;

CREATE TABLE live_batch (
  station    TEXT    NOT NULL CHECK (station <> ''),
  seq        INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 4294967295),
  t_utc_ms   REAL    NOT NULL CHECK (t_utc_ms >= 0), -- when the station closed it
  from_tick  REAL    NOT NULL CHECK (from_tick >= 0),
  to_tick    REAL    NOT NULL CHECK (to_tick >= from_tick),
  clicks     INTEGER NOT NULL CHECK (clicks BETWEEN 0 AND 1048576),
  bytes      INTEGER NOT NULL CHECK (bytes > 0),
  nonce      BLOB    NOT NULL CHECK (length(nonce) = 12),
  tag        BLOB    NOT NULL CHECK (length(tag) = 16),
  sealed     BLOB    NOT NULL CHECK (length(sealed) = bytes), -- AES-256-GCM of the batch as it came over the wire
  PRIMARY KEY (station, seq)
) STRICT;

CREATE TABLE live_message (
  station   TEXT    NOT NULL CHECK (station <> ''),
  kind      TEXT    NOT NULL CHECK (kind IN ('telemetry', 'event')),
  seq       INTEGER NOT NULL CHECK (seq BETWEEN 1 AND 4294967295),
  t_utc_ms  REAL    NOT NULL CHECK (t_utc_ms >= 0),
  body      TEXT    NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (station, kind, seq)
) STRICT, WITHOUT ROWID;

-- What was written down during the pass: by operators, the console, alarms.
CREATE TABLE pass_event (
  event_id   INTEGER PRIMARY KEY CHECK (event_id >= 1),
  at_utc_ms  REAL    NOT NULL CHECK (at_utc_ms >= 0),
  station    TEXT    CHECK (station <> ''),
  source     TEXT    NOT NULL CHECK (source IN ('station', 'console', 'operator', 'alarm', 'recorder', 'lock')),
  severity   TEXT    NOT NULL CHECK (severity IN ('routine', 'caution', 'serious', 'critical')),
  who        TEXT    CHECK (who <> ''),
  text       TEXT    NOT NULL CHECK (text <> '')
) STRICT;

CREATE TABLE message_block (
  station         TEXT    NOT NULL CHECK (station <> ''),
  kind            TEXT    NOT NULL CHECK (kind IN ('telemetry', 'event')),
  block_index     INTEGER NOT NULL CHECK (block_index >= 0),
  messages        INTEGER NOT NULL CHECK (messages BETWEEN 1 AND 65536),
  first_seq       INTEGER NOT NULL CHECK (first_seq >= 1),
  last_seq        INTEGER NOT NULL CHECK (last_seq - first_seq + 1 >= messages),
  first_t_utc_ms  REAL    NOT NULL CHECK (first_t_utc_ms >= 0),
  last_t_utc_ms   REAL    NOT NULL CHECK (last_t_utc_ms >= 0),
  body            BLOB    NOT NULL, -- zstd of the JSON messages, one a line
  sha256          TEXT    NOT NULL CHECK (length(sha256) = 64),
  PRIMARY KEY (station, kind, block_index)
) STRICT;

CREATE TABLE pass_completeness (
  station        TEXT    NOT NULL PRIMARY KEY CHECK (station <> ''),
  batches        INTEGER NOT NULL CHECK (batches >= 0),
  batches_lost   INTEGER NOT NULL CHECK (batches_lost >= 0), -- numbers below the highest one that never came
  first_utc_s    INTEGER NOT NULL CHECK (first_utc_s >= 0),
  seconds        BLOB    NOT NULL -- a byte a second: 255 where every click of it is here, 0 where none is
) STRICT, WITHOUT ROWID;

CREATE TRIGGER live_batch_is_append_only BEFORE UPDATE ON live_batch
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER live_batch_is_kept BEFORE DELETE ON live_batch
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER live_message_is_append_only BEFORE UPDATE ON live_message
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER live_message_is_kept BEFORE DELETE ON live_message
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER live_batch_insert_is_sealed BEFORE INSERT ON live_batch
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER live_message_insert_is_sealed BEFORE INSERT ON live_message
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER pass_event_insert_is_sealed BEFORE INSERT ON pass_event
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER pass_event_is_append_only BEFORE UPDATE ON pass_event
BEGIN
  SELECT RAISE (ABORT, 'a note is kept');
END;
CREATE TRIGGER pass_event_is_kept BEFORE DELETE ON pass_event
BEGIN
  SELECT RAISE (ABORT, 'a note is kept');
END;
CREATE TRIGGER message_block_insert_is_sealed BEFORE INSERT ON message_block
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER message_block_is_append_only BEFORE UPDATE ON message_block
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER message_block_is_kept BEFORE DELETE ON message_block
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER pass_completeness_insert_is_sealed BEFORE INSERT ON pass_completeness
WHEN EXISTS (SELECT 1 FROM pass_meta WHERE content_sha256 IS NOT NULL)
BEGIN
  SELECT RAISE (ABORT, 'the recording is sealed');
END;
CREATE TRIGGER pass_completeness_is_append_only BEFORE UPDATE ON pass_completeness
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;
CREATE TRIGGER pass_completeness_is_kept BEFORE DELETE ON pass_completeness
BEGIN
  SELECT RAISE (ABORT, 'a recording is kept');
END;

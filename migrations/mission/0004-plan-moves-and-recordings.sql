-- Why: the history says by how much new elements moved a pass, and a planned pass knows the recordings it became.
-- Seconds, positive is later; null for a change that moved nothing.
ALTER TABLE schedule_transition ADD COLUMN start_moved_s REAL;
ALTER TABLE schedule_transition ADD COLUMN end_moved_s REAL CHECK ((end_moved_s IS NULL) = (start_moved_s IS NULL));

CREATE TABLE planned_recording (
  -- of the archive
  pass_id          TEXT    NOT NULL PRIMARY KEY REFERENCES pass (pass_id) ON DELETE RESTRICT,
  planned_pass_id  TEXT    NOT NULL REFERENCES planned_pass (pass_id) ON DELETE RESTRICT,
  linked_at_utc_ms INTEGER NOT NULL CHECK (linked_at_utc_ms > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX planned_recording_by_planned_pass ON planned_recording (planned_pass_id, pass_id);

CREATE TRIGGER planned_recording_is_append_only BEFORE UPDATE ON planned_recording
BEGIN
  SELECT RAISE (ABORT, 'planned_recording is append-only');
END;
CREATE TRIGGER planned_recording_is_kept BEFORE DELETE ON planned_recording
BEGIN
  SELECT RAISE (ABORT, 'planned_recording is append-only');
END;

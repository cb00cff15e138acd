-- Why: what went off, who took it and why is asked after the night, and an alarm outlives a restart of the console.
CREATE TABLE alarm_change (
  change_id         INTEGER PRIMARY KEY,
  alarm_id          TEXT    NOT NULL CHECK (alarm_id <> ''),
  -- null: no pass was on
  pass_id           TEXT    CHECK (pass_id <> ''),
  from_state        TEXT    NOT NULL CHECK (from_state IN
    ('normal', 'unacknowledged', 'acknowledged', 'returned', 'latched', 'shelved', 'suppressed')),
  to_state          TEXT    NOT NULL CHECK (to_state IN
    ('normal', 'unacknowledged', 'acknowledged', 'returned', 'latched', 'shelved', 'suppressed')),
  announced         INTEGER NOT NULL CHECK (announced IN (0, 1)),
  -- what the message said, with value and limit
  text              TEXT    NOT NULL CHECK (text <> ''),
  -- packet time of the message that last spoke of it
  packet_utc_ms     REAL    NOT NULL CHECK (packet_utc_ms >= 0),
  -- the console's own clock
  changed_at_utc_ms REAL    NOT NULL CHECK (changed_at_utc_ms > 0),
  -- null: a message or the time, nobody by name
  who               TEXT    CHECK (who <> ''),
  why               TEXT    CHECK (why <> ''),
  limits_version    TEXT    NOT NULL CHECK (limits_version <> ''),
  -- the alarm as it stood then: where a console that starts again goes on
  entry_json        TEXT    NOT NULL CHECK (json_valid(entry_json)),
  CHECK (who IS NOT NULL OR why IS NULL)
) STRICT;

CREATE INDEX alarm_change_by_alarm ON alarm_change (alarm_id, change_id);
CREATE INDEX alarm_change_by_pass ON alarm_change (pass_id, change_id);

CREATE TRIGGER alarm_change_is_append_only BEFORE UPDATE ON alarm_change
BEGIN
  SELECT RAISE (ABORT, 'alarm_change is append-only: what went off stays');
END;
CREATE TRIGGER alarm_change_is_kept BEFORE DELETE ON alarm_change
BEGIN
  SELECT RAISE (ABORT, 'alarm_change is append-only: what went off stays');
END;

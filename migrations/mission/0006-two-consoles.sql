-- Why: two consoles that make key together keep a shared secret, what they said of a pass, and keys not yet confirmed.
CREATE TABLE key_setting (
  name               TEXT    NOT NULL PRIMARY KEY CHECK (name IN ('channel', 'delivery')),
  value_json         TEXT    NOT NULL CHECK (json_valid(value_json)), -- paths and names, never a secret
  changed_at_utc_ms  INTEGER NOT NULL CHECK (changed_at_utc_ms > 0)
) STRICT, WITHOUT ROWID;

-- The secret that authenticates what two consoles say: the part that stays, and how far each direction's pads are used.
CREATE TABLE channel_secret (
  only_row            INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  secret_id           TEXT    NOT NULL CHECK (length(secret_id) = 16), -- names it; two people compare it by voice
  master_key_id       TEXT    NOT NULL CHECK (length(master_key_id) = 16),
  imported_at_utc_ms  INTEGER NOT NULL CHECK (imported_at_utc_ms > 0),
  alice_next          INTEGER NOT NULL CHECK (alice_next >= 0), -- first byte not yet used
  bob_next            INTEGER NOT NULL CHECK (bob_next >= 0),
  alice_end           INTEGER NOT NULL CHECK (alice_end >= alice_next),
  bob_end             INTEGER NOT NULL CHECK (bob_end >= bob_next),
  nonce               BLOB    NOT NULL CHECK (length(nonce) = 12),
  tag                 BLOB    NOT NULL CHECK (length(tag) = 16),
  sealed              BLOB    NOT NULL
) STRICT;

CREATE TRIGGER channel_secret_never_goes_back BEFORE UPDATE ON channel_secret
WHEN NEW.secret_id <> OLD.secret_id OR NEW.alice_next < OLD.alice_next OR NEW.bob_next < OLD.bob_next
  OR NEW.alice_end < OLD.alice_end OR NEW.bob_end < OLD.bob_end
BEGIN
  SELECT RAISE (ABORT, 'channel_secret: a pad is used once');
END;

-- Pads in pieces: a piece that is used up is overwritten and dropped.
CREATE TABLE channel_pad (
  lane        TEXT    NOT NULL CHECK (lane IN ('alice', 'bob')),
  first_byte  INTEGER NOT NULL CHECK (first_byte >= 0),
  bytes       INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 4096),
  nonce       BLOB    NOT NULL CHECK (length(nonce) = 12),
  tag         BLOB    NOT NULL CHECK (length(tag) = 16),
  sealed      BLOB    NOT NULL CHECK (length(sealed) = bytes),
  PRIMARY KEY (lane, first_byte)
) STRICT, WITHOUT ROWID;

-- A key this console made and the other has not yet confirmed: held or given up in the next exchange.
CREATE TABLE key_pending (
  key_id           TEXT    NOT NULL PRIMARY KEY CHECK (length(key_id) = 36),
  made_at_utc_ms   INTEGER NOT NULL CHECK (made_at_utc_ms > 0),
  secret_id        TEXT    NOT NULL CHECK (length(secret_id) = 16),
  account_json     TEXT    NOT NULL CHECK (json_valid(account_json)), -- record, passes, report: all public
  nonce            BLOB    NOT NULL CHECK (length(nonce) = 12),
  tag              BLOB    NOT NULL CHECK (length(tag) = 16),
  sealed           BLOB    NOT NULL -- refill of both directions, then the key
) STRICT, WITHOUT ROWID;

-- Every exchange between the consoles and how it ended.
CREATE TABLE channel_run (
  run_id             INTEGER NOT NULL PRIMARY KEY CHECK (run_id >= 1),
  started_at_utc_ms  INTEGER NOT NULL CHECK (started_at_utc_ms > 0),
  role               TEXT    NOT NULL CHECK (role IN ('alice', 'bob')),
  ended_at_utc_ms    INTEGER CHECK (ended_at_utc_ms >= started_at_utc_ms),
  key_id             TEXT    CHECK (length(key_id) = 36),
  reason             TEXT    CHECK (reason <> ''), -- why there is no key
  spoke              INTEGER NOT NULL DEFAULT 0 CHECK (spoke IN (0, 1)), -- parities of outcomes were told
  CHECK ((ended_at_utc_ms IS NULL) = (key_id IS NULL AND reason IS NULL) AND (key_id IS NULL OR reason IS NULL))
) STRICT;

CREATE TRIGGER channel_run_ends_once BEFORE UPDATE ON channel_run
WHEN OLD.ended_at_utc_ms IS NOT NULL OR NEW.spoke < OLD.spoke OR NEW.role <> OLD.role
BEGIN
  SELECT RAISE (ABORT, 'channel_run: an exchange ends once');
END;
CREATE TRIGGER channel_run_is_kept BEFORE DELETE ON channel_run
BEGIN
  SELECT RAISE (ABORT, 'channel_run is append-only');
END;

CREATE TABLE channel_run_pass (
  run_id   INTEGER NOT NULL REFERENCES channel_run (run_id) ON DELETE RESTRICT,
  pass_id  TEXT    NOT NULL REFERENCES pass (pass_id) ON DELETE RESTRICT,
  PRIMARY KEY (run_id, pass_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX channel_run_pass_by_pass ON channel_run_pass (pass_id, run_id);

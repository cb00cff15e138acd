-- Why: a key must be kept sealed, be accounted for from its making to its destruction, and never be changed in silence.
-- The bits lie here only as AES-256-GCM ciphertext; the master key that opens it is not in this file.
CREATE TABLE key_block (
  -- a UUID made of the public transcript's digest: both parties know it without another message
  key_id               TEXT    NOT NULL PRIMARY KEY CHECK (length(key_id) = 36),
  created_at_utc_ms    INTEGER NOT NULL CHECK (created_at_utc_ms > 0),
  code_version         TEXT    NOT NULL CHECK (code_version <> ''),
  custody              TEXT    NOT NULL CHECK (custody IN ('analysis', 'operational')),
  definition           TEXT    NOT NULL CHECK (definition IN ('paper', 'composable')),
  epsilon              REAL    NOT NULL CHECK (epsilon > 0 AND epsilon < 1),
  efficiency_mismatch  REAL    NOT NULL CHECK (efficiency_mismatch >= 0),
  length_bits          INTEGER NOT NULL CHECK (length_bits BETWEEN 1 AND n_z + n_x),
  formula_bits         REAL    NOT NULL, -- the definition's value before it was rounded down
  algorithm            TEXT    NOT NULL CHECK (algorithm IN ('cascade', 'hamming')),
  n_z                  INTEGER NOT NULL CHECK (n_z >= 0),
  e_z                  INTEGER NOT NULL CHECK (e_z BETWEEN 0 AND n_z),
  n_x                  INTEGER NOT NULL CHECK (n_x >= 0),
  e_x                  INTEGER NOT NULL CHECK (e_x BETWEEN 0 AND n_x),
  leaked_bits          INTEGER NOT NULL CHECK (leaked_bits >= 0),
  f                    REAL    CHECK (f >= 0), -- null: not one error, nothing to compare the leakage with
  digest               TEXT    NOT NULL CHECK (length(digest) = 32), -- keyed: tells nothing without the master key
  master_key_id        TEXT    NOT NULL CHECK (length(master_key_id) = 16), -- names the master key it is sealed under
  state                TEXT    NOT NULL CHECK (state IN ('held', 'reserved', 'delivered', 'destroyed')),
  version              INTEGER NOT NULL CHECK (version >= 1),
  nonce                BLOB    CHECK (length(nonce) = 12),
  tag                  BLOB    CHECK (length(tag) = 16),
  sealed               BLOB    CHECK (length(sealed) = (length_bits + 7) / 8),
  CHECK ((nonce IS NULL) = (sealed IS NULL) AND (tag IS NULL) = (sealed IS NULL)),
  CHECK (state = 'delivered' OR (sealed IS NULL) = (state = 'destroyed')),
  -- one place saw both stations' outcomes: such a key is never handed out as a secret of two
  CHECK (custody = 'operational' OR state IN ('held', 'destroyed'))
) STRICT, WITHOUT ROWID;

CREATE INDEX key_block_by_created ON key_block (created_at_utc_ms DESC, key_id);

CREATE TRIGGER key_block_never_changes BEFORE UPDATE OF key_id, created_at_utc_ms, code_version, custody, definition,
  epsilon, efficiency_mismatch, length_bits, formula_bits, algorithm, n_z, e_z, n_x, e_x, leaked_bits, f, digest,
  master_key_id ON key_block
BEGIN
  SELECT RAISE (ABORT, 'key_block is append-only: distilling again makes another key');
END;
CREATE TRIGGER key_block_moves_forward BEFORE UPDATE ON key_block
WHEN OLD.state = 'destroyed' OR NEW.version <> OLD.version + (OLD.state <> NEW.state)
  OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (VALUES ('held', 'reserved'), ('reserved', 'held'),
    ('reserved', 'delivered'), ('held', 'destroyed'), ('reserved', 'destroyed'), ('delivered', 'destroyed')))
BEGIN
  SELECT RAISE (ABORT, 'key_block: this step is not in the life of a key');
END;
CREATE TRIGGER key_block_is_kept BEFORE DELETE ON key_block
BEGIN
  SELECT RAISE (ABORT, 'key_block is append-only: a destroyed key keeps its row');
END;

-- Whose bits are in a key: two keys that share a pass are not independent.
CREATE TABLE key_block_pass (
  key_id          TEXT NOT NULL REFERENCES key_block (key_id) ON DELETE RESTRICT,
  pass_id         TEXT NOT NULL REFERENCES pass (pass_id) ON DELETE RESTRICT,
  content_sha256  TEXT NOT NULL CHECK (length(content_sha256) = 64), -- of the pass as it was when it was distilled
  PRIMARY KEY (key_id, pass_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_block_pass_by_pass ON key_block_pass (pass_id, key_id);

CREATE TRIGGER key_block_pass_is_append_only BEFORE UPDATE ON key_block_pass
BEGIN
  SELECT RAISE (ABORT, 'key_block_pass is append-only');
END;
CREATE TRIGGER key_block_pass_is_kept BEFORE DELETE ON key_block_pass
BEGIN
  SELECT RAISE (ABORT, 'key_block_pass is append-only');
END;

CREATE TABLE key_transition (
  key_id      TEXT    NOT NULL REFERENCES key_block (key_id) ON DELETE RESTRICT,
  version     INTEGER NOT NULL CHECK (version >= 1),
  from_state  TEXT    CHECK ((from_state IS NULL) = (version = 1)),
  to_state    TEXT    NOT NULL CHECK (to_state IN ('held', 'reserved', 'delivered', 'destroyed')),
  who         TEXT    NOT NULL CHECK (who <> ''),
  why         TEXT    NOT NULL CHECK (why <> ''),
  at_utc_ms   INTEGER NOT NULL CHECK (at_utc_ms > 0),
  PRIMARY KEY (key_id, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER key_transition_is_append_only BEFORE UPDATE ON key_transition
BEGIN
  SELECT RAISE (ABORT, 'key_transition is append-only');
END;
CREATE TRIGGER key_transition_is_kept BEFORE DELETE ON key_transition
BEGIN
  SELECT RAISE (ABORT, 'key_transition is append-only');
END;

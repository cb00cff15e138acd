-- Why: a key of two consoles is handed out piece by piece, and never the same piece twice, not even after a crash.
-- What it takes to deliver a key: which half is ours to cut, and the secret that names its pieces.
CREATE TABLE key_channel (
  key_id  TEXT    NOT NULL PRIMARY KEY REFERENCES key_block (key_id) ON DELETE RESTRICT,
  role    TEXT    NOT NULL CHECK (role IN ('alice', 'bob')),
  nonce   BLOB    NOT NULL CHECK (length(nonce) = 12),
  tag     BLOB    NOT NULL CHECK (length(tag) = 16),
  sealed  BLOB    NOT NULL CHECK (length(sealed) = 32)
) STRICT, WITHOUT ROWID;

-- A piece of a key for one pair of applications. It is reserved before it is sent: a crash in between loses it.
CREATE TABLE key_piece (
  piece_id            TEXT    NOT NULL PRIMARY KEY CHECK (length(piece_id) = 36),
  key_id              TEXT    NOT NULL REFERENCES key_block (key_id) ON DELETE RESTRICT,
  first_byte          INTEGER NOT NULL CHECK (first_byte >= 0),
  bytes               INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 1023),
  side                TEXT    NOT NULL CHECK (side IN ('master', 'slave')), -- what the application here is
  master_sae_id       TEXT    NOT NULL CHECK (master_sae_id <> ''),
  slave_sae_id        TEXT    NOT NULL CHECK (slave_sae_id <> ''),
  state               TEXT    NOT NULL CHECK (state IN ('reserved', 'delivered', 'lost')),
  reserved_at_utc_ms  INTEGER NOT NULL CHECK (reserved_at_utc_ms > 0),
  settled_at_utc_ms   INTEGER CHECK ((settled_at_utc_ms IS NULL) = (state = 'reserved'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX key_piece_by_key ON key_piece (key_id, first_byte);
CREATE INDEX key_piece_by_state ON key_piece (state, piece_id);
CREATE INDEX key_piece_by_reserved ON key_piece (reserved_at_utc_ms DESC, key_id, first_byte DESC);

CREATE TRIGGER key_piece_overlaps_none BEFORE INSERT ON key_piece
WHEN EXISTS (SELECT 1 FROM key_piece AS other WHERE other.key_id = NEW.key_id
  AND other.first_byte > NEW.first_byte - 1023 -- no piece is longer, so none before that reaches here
  AND other.first_byte < NEW.first_byte + NEW.bytes AND NEW.first_byte < other.first_byte + other.bytes)
BEGIN
  SELECT RAISE (ABORT, 'key_piece: these bits were given out');
END;
CREATE TRIGGER key_piece_is_of_two_consoles BEFORE INSERT ON key_piece
WHEN NOT EXISTS (SELECT 1 FROM key_block WHERE key_id = NEW.key_id AND custody = 'operational' AND state = 'reserved')
BEGIN
  SELECT RAISE (ABORT, 'key_piece: only a reserved key of operational custody is delivered');
END;
CREATE TRIGGER key_piece_settles_once BEFORE UPDATE ON key_piece
WHEN OLD.state <> 'reserved' OR NEW.state = 'reserved' OR NEW.piece_id <> OLD.piece_id OR NEW.key_id <> OLD.key_id
  OR NEW.first_byte <> OLD.first_byte OR NEW.bytes <> OLD.bytes OR NEW.side <> OLD.side
  OR NEW.master_sae_id <> OLD.master_sae_id OR NEW.slave_sae_id <> OLD.slave_sae_id
  OR NEW.reserved_at_utc_ms <> OLD.reserved_at_utc_ms
BEGIN
  SELECT RAISE (ABORT, 'key_piece: a piece is settled once');
END;
CREATE TRIGGER key_piece_is_kept BEFORE DELETE ON key_piece
BEGIN
  SELECT RAISE (ABORT, 'key_piece is append-only');
END;

-- Why: a third way to reconcile, a sparse parity-check code, has to be named in the account of a key made with it.
-- The column is replaced under the same name: its CHECK cannot be widened in place. Triggers stand aside meanwhile.
DROP TRIGGER key_block_never_changes;
DROP TRIGGER key_block_moves_forward;
ALTER TABLE key_block ADD COLUMN reconciled_by TEXT NOT NULL DEFAULT 'cascade'
  CHECK (reconciled_by IN ('cascade', 'hamming', 'ldpc'));
UPDATE key_block SET reconciled_by = algorithm;
ALTER TABLE key_block DROP COLUMN algorithm;
ALTER TABLE key_block RENAME COLUMN reconciled_by TO algorithm;

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

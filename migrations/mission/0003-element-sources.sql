-- Why: elements come by themselves from addresses and folders, and how often an address was asked outlives a restart.
CREATE TABLE element_source (
  source_id        TEXT    NOT NULL PRIMARY KEY CHECK (source_id GLOB 'source-[0-9a-f]*' AND length(source_id) = 15),
  kind             TEXT    NOT NULL CHECK (kind IN ('url', 'folder')),
  address          TEXT    NOT NULL UNIQUE CHECK (length(address) BETWEEN 1 AND 2000),
  added_by         TEXT    NOT NULL CHECK (added_by <> ''),
  added_at_utc_ms  INTEGER NOT NULL CHECK (added_at_utc_ms > 0)
) STRICT, WITHOUT ROWID;

-- By address and not by source: one that is taken off and put back keeps its count.
CREATE TABLE element_fetch (
  fetch_id           INTEGER PRIMARY KEY,
  address            TEXT    NOT NULL CHECK (address <> ''),
  asked_at_utc_ms    INTEGER NOT NULL CHECK (asked_at_utc_ms > 0),
  -- asking: written before the question, so that a crash in between counts as asked
  outcome            TEXT    NOT NULL CHECK (outcome IN ('asking', 'new', 'unchanged', 'failed')),
  message            TEXT    NOT NULL,
  imported           INTEGER NOT NULL CHECK (imported >= 0),
  sha256             TEXT    CHECK (length(sha256) = 64), -- of the text as it came
  etag               TEXT    CHECK (length(etag) BETWEEN 1 AND 1000),
  last_modified      TEXT    CHECK (length(last_modified) BETWEEN 1 AND 100),
  -- the server asked to be left alone until then
  not_before_utc_ms  INTEGER CHECK (not_before_utc_ms > 0)
) STRICT;

CREATE INDEX element_fetch_by_address ON element_fetch (address, asked_at_utc_ms DESC, fetch_id DESC);

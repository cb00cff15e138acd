-- Why: whether a night is worth flying hangs on its clouds, and who expected what, and when, is asked afterwards.
CREATE TABLE sky_forecast (
  forecast_id       INTEGER PRIMARY KEY,
  night             TEXT    NOT NULL CHECK (night GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  station           TEXT    NOT NULL CHECK (station <> ''),
  -- null: taken back
  cloud_fraction    REAL    CHECK (cloud_fraction BETWEEN 0 AND 1),
  confidence        REAL    NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  source            TEXT    NOT NULL CHECK (source <> ''),
  issued_at_utc_ms  INTEGER CHECK (issued_at_utc_ms > 0),
  entered_at_utc_ms INTEGER NOT NULL CHECK (entered_at_utc_ms > 0),
  entered_by        TEXT    NOT NULL CHECK (entered_by <> '')
) STRICT;

CREATE INDEX sky_forecast_by_night ON sky_forecast (night, station, forecast_id DESC);

CREATE TRIGGER sky_forecast_is_append_only BEFORE UPDATE ON sky_forecast
BEGIN
  SELECT RAISE (ABORT, 'sky_forecast is append-only: a new forecast is a new row');
END;
CREATE TRIGGER sky_forecast_is_kept BEFORE DELETE ON sky_forecast
BEGIN
  SELECT RAISE (ABORT, 'sky_forecast is append-only: a new forecast is a new row');
END;

import type { Database } from 'better-sqlite3';

export type KeySettingName = 'channel' | 'delivery';

export interface KeySettings {
  /** As it was put; null where it never was. */
  readonly read: (name: KeySettingName) => string | null;
  readonly write: (name: KeySettingName, value_json: string, at_utc_ms: number) => void;
}

/** Settings of one console about its keys: whom it meets, and whom it serves. No secret is among them. */
export function createKeySettings(db: Database): KeySettings {
  const read = db.prepare<[string], { readonly value_json: string }>('SELECT value_json FROM key_setting WHERE name = ?');
  const write = db.prepare(`INSERT INTO key_setting (name, value_json, changed_at_utc_ms) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET value_json = excluded.value_json, changed_at_utc_ms = excluded.changed_at_utc_ms`);
  return {
    read: (name) => read.get(name)?.value_json ?? null,
    write: (name, value_json, at_utc_ms) => void write.run(name, value_json, at_utc_ms),
  };
}

import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** One set of orbit elements as it was imported. */
export interface StoredElements {
  readonly element_set_id: string;
  readonly catalog_number: string;
  readonly name: string | null;
  readonly format: 'tle' | 'omm';
  readonly source_name: string;
  /** The set's own text, from which it can be parsed again. */
  readonly raw_text: string;
  readonly epoch_utc_ms: number;
  readonly inclination_deg: number;
  readonly raan_deg: number;
  readonly eccentricity: number;
  readonly argument_of_perigee_deg: number;
  readonly mean_anomaly_deg: number;
  readonly mean_motion_rev_day: number;
  readonly bstar_per_earth_radius: number;
  readonly imported_at_utc_ms: number;
}

export interface NewElements extends Omit<StoredElements, 'element_set_id'> {
  /** The set written one way whatever file it came in; its digest is the set's identity. */
  readonly canonical_text: string;
}

export interface ElementReader {
  /** Newest epoch first. */
  readonly list: (catalog_number: string) => readonly StoredElements[];
  readonly newest: (catalog_number: string) => StoredElements | null;
  readonly find: (element_set_id: string) => StoredElements | null;
}

export interface ElementWriter {
  /** All sets or none; a set that is known already stays as it was imported first. */
  readonly insertAll: (sets: readonly NewElements[]) => readonly ImportedElements[];
}

export interface ImportedElements { readonly element_set_id: string; readonly known: boolean }

export const elementSetId = (canonical_text: string) => createHash('sha256').update(canonical_text).digest('hex');

const COLUMNS = `element_set_id, catalog_number, name, format, source_name, raw_text, epoch_utc_ms, inclination_deg,
  raan_deg, eccentricity, argument_of_perigee_deg, mean_anomaly_deg, mean_motion_rev_day, bstar_per_earth_radius,
  imported_at_utc_ms`;
export const LIST_ELEMENTS = `SELECT ${COLUMNS} FROM element_set WHERE catalog_number = ?
  ORDER BY epoch_utc_ms DESC, element_set_id`;

/** All SQL about orbit elements. */
export function createElementStore(db: Database): ElementReader & ElementWriter {
  const list = db.prepare<[string], StoredElements>(LIST_ELEMENTS);
  const newest = db.prepare<[string], StoredElements>(`${LIST_ELEMENTS} LIMIT 1`);
  const find = db.prepare<[string], StoredElements>(`SELECT ${COLUMNS} FROM element_set WHERE element_set_id = ?`);
  const insert = db.prepare(`INSERT INTO element_set (${COLUMNS})
    VALUES (:element_set_id, :catalog_number, :name, :format, :source_name, :raw_text, :epoch_utc_ms,
    :inclination_deg, :raan_deg, :eccentricity, :argument_of_perigee_deg, :mean_anomaly_deg, :mean_motion_rev_day,
    :bstar_per_earth_radius, :imported_at_utc_ms)
    ON CONFLICT (element_set_id) DO NOTHING`);
  const insertAll = db.transaction((sets: readonly NewElements[]) => sets.map(({ canonical_text, ...set }) => {
    const element_set_id = elementSetId(canonical_text);
    return { element_set_id, known: insert.run({ element_set_id, ...set }).changes === 0 };
  }));
  return {
    list: (catalog_number) => list.all(catalog_number),
    newest: (catalog_number) => newest.get(catalog_number) ?? null,
    find: (element_set_id) => find.get(element_set_id) ?? null,
    insertAll: (sets) => insertAll.immediate(sets),
  };
}

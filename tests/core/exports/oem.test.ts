// Goal: whoever reads our ephemeris gets SGP4's states back, at the rows and between them.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeExportError } from '../../../src-core/exports/export-error.ts';
import { writeOemKvn, writeOemXml, type OrbitEphemerisMessage } from '../../../src-core/exports/oem.ts';
import type { TemeStates } from '../../../src-core/exports/states.ts';
import { golden, propagator } from './pass-view.ts';

const START = golden.start_utc_ms;
function statesFrom(start_utc_ms: number, step_ms: number, count: number): TemeStates {
  const orbit = propagator();
  const position_teme_km = new Float64Array(3 * count);
  const velocity_teme_km_s = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    const state = orbit.stateTeme(start_utc_ms + i * step_ms);
    if (!state.ok) throw new Error(state.error.type);
    position_teme_km.set(state.value.position_teme_km, 3 * i);
    velocity_teme_km_s.set(state.value.velocity_teme_km_s, 3 * i);
  }
  return { start_utc_ms, step_ms, position_teme_km, velocity_teme_km_s };
}
const message: OrbitEphemerisMessage = {
  created_utc_ms: Date.UTC(2018, 8, 14, 12), originator: 'TWINPASS', message_id: 'p-2018-09-14 v3',
  object_name: 'QSS (MICIUS)', object_id: '2016-051A', comments: ['SGP4 on elements of 2018-09-15'],
  segments: [
    { states: statesFrom(START - 120_000, 15_000, 37), comments: ['pass p-2018-09-14'],
      useable: { start_utc_ms: START - 3196.5, end_utc_ms: START + 278_100.25 } },
    { states: statesFrom(START + 86_400_000, 60_000, 8), comments: [], useable: null },
  ],
};
const written = (result: ReturnType<typeof writeOemKvn>) =>
  result.ok ? result.value : expect.fail(describeExportError(result.error));

interface Segment { readonly meta: Record<string, string>; readonly comments: string[]; readonly rows: [number, number[]][] }

const ORDER = ['OBJECT_NAME', 'OBJECT_ID', 'CENTER_NAME', 'REF_FRAME', 'TIME_SYSTEM', 'START_TIME',
  'USEABLE_START_TIME', 'USEABLE_STOP_TIME', 'STOP_TIME', 'INTERPOLATION', 'INTERPOLATION_DEGREE'];

function readRow(line: string, rows: Segment['rows']): void {
  const cells = line.split(' ');
  expect(cells).toHaveLength(7);
  expect(cells[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  const utc_ms = Date.parse(`${cells[0]!.slice(0, 23)}Z`) + Number(cells[0]!.slice(23)) / 1000;
  expect(utc_ms).toBeGreaterThan(rows.at(-1)?.[0] ?? 0);
  rows.push([utc_ms, cells.slice(1).map(Number)]);
}

/** Strict reader: known keywords in the order of the standard, rows of seven, ascending. */
function readKvn(text: string): { header: Record<string, string>; segments: Segment[] } {
  const [head, ...parts] = text.split('META_START\n');
  const pairsOf = (lines: string[]) => lines.map((line) => {
    const pair = /^([A-Z_]+) = (.+)$/.exec(line) ?? expect.fail(line);
    return [pair[1]!, pair[2]!] as const;
  });
  const filled = (block: string) => block.split('\n').filter((line) => line !== '');
  const isComment = (line: string) => line.startsWith('COMMENT ');
  const segments = parts.map((part): Segment => {
    const [metadata, body, ...rest] = part.split('META_STOP\n');
    expect(rest).toEqual([]);
    const pairs = pairsOf(filled(metadata!));
    const places = pairs.map(([keyword]) => ORDER.indexOf(keyword));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    const lines = filled(body!);
    const rows: Segment['rows'] = [];
    for (const line of lines.filter((candidate) => !isComment(candidate))) readRow(line, rows);
    return { meta: Object.fromEntries(pairs), comments: lines.filter(isComment).map((line) => line.slice(8)), rows };
  });
  return { header: Object.fromEntries(pairsOf(filled(head!).filter((line) => !isComment(line)))), segments };
}

test('authority: the rows are the states of python-sgp4 to a millimetre', () => {
  const { header, segments } = readKvn(written(writeOemKvn(message)));
  expect(header).toEqual({ CCSDS_OEM_VERS: '3.0', CREATION_DATE: '2018-09-14T12:00:00.000000',
    ORIGINATOR: 'TWINPASS', MESSAGE_ID: 'p-2018-09-14 v3' });
  expect(segments.map(({ rows }) => rows.length)).toEqual([37, 8]);
  expect(segments[0]!.meta).toMatchObject({ OBJECT_ID: '2016-051A', REF_FRAME: 'TEME', TIME_SYSTEM: 'UTC',
    START_TIME: '2018-09-14T18:12:05.000000', STOP_TIME: '2018-09-14T18:21:05.000000',
    USEABLE_START_TIME: '2018-09-14T18:14:01.803500', USEABLE_STOP_TIME: '2018-09-14T18:18:43.100250' });
  expect(segments[1]!.meta).not.toHaveProperty('USEABLE_START_TIME');
  for (const [i, [t_s, ...state]] of golden.teme_km.entries()) {
    const [utc_ms, found] = segments[0]!.rows[i]!;
    expect(utc_ms).toBe(START + t_s * 1000);
    for (const [k, value] of state.entries()) expect(found[k]).toBeCloseTo(value, 6);
  }
});

/** Lagrange interpolation through all nodes, each a time and a value. */
function lagrange(nodes: readonly (readonly [number, number])[], at: number): number {
  return nodes.reduce((sum, [t, x]) => sum + nodes.reduce((product, [other]) =>
    (other === t ? product : product * (at - other) / (t - other)), x), 0);
}

test('property: interpolated as declared, degree 7 Lagrange, any instant of the pass is right to 2 mm', () => {
  const { rows, meta } = readKvn(written(writeOemKvn(message))).segments[0]!;
  expect([meta['INTERPOLATION'], meta['INTERPOLATION_DEGREE']]).toEqual(['LAGRANGE', '7']);
  const orbit = propagator();
  fc.assert(fc.property(fc.double({ min: -3, max: 278, noNaN: true }), (t_s) => {
    const utc_ms = START + t_s * 1000;
    const first = rows.findIndex(([at]) => at > utc_ms) - 4;
    const state = orbit.stateTeme(utc_ms);
    for (const axis of [0, 1, 2] as const) {
      const nodes = rows.slice(first, first + 8).map(([at, row]) => [(at - utc_ms) / 1000, row[axis]!] as const);
      // Epochs as milliseconds since 1970 resolve a quarter of a microsecond: 2 mm of flight.
      expect(Math.abs(lagrange(nodes, 0) - (state.ok ? state.value.position_teme_km[axis] : NaN))).toBeLessThan(2e-6);
    }
  }), { numRuns: 60 });
});

test('authority: libxml2 reads from the XML exactly what stands in the KVN', () => {
  const folder = new URL('../../golden/libxml2/', import.meta.url);
  expect(written(writeOemXml(message))).toBe(readFileSync(new URL('oem.xml', folder), 'utf8'));
  const seen = JSON.parse(readFileSync(new URL('oem.read.json', folder), 'utf8')) as {
    root: Record<string, string>; header: [string, string][];
    segments: { metadata: [string, string][]; comments: string[]; rows: string[][]; units: string[][] }[] };
  const kvn = readKvn(written(writeOemKvn(message)));
  expect(seen.root).toMatchObject({ tag: 'oem', id: 'CCSDS_OEM_VERS', version: '3.0' });
  const { CCSDS_OEM_VERS, ...header } = kvn.header;
  expect(CCSDS_OEM_VERS).toBe(seen.root['version']);
  expect(Object.fromEntries(seen.header.filter(([tag]) => tag !== 'COMMENT'))).toEqual(header);
  expect(seen.segments.map(({ metadata }) => Object.fromEntries(metadata))).toEqual(kvn.segments.map(({ meta }) => meta));
  for (const [i, { rows, units, comments }] of seen.segments.entries()) {
    expect(comments).toEqual(kvn.segments[i]!.comments);
    expect(rows.map((row) => row.slice(1).map(Number))).toEqual(kvn.segments[i]!.rows.map(([, row]) => row));
    expect(new Set(units.flat())).toEqual(new Set(['km', 'km/s']));
  }
});

test('failure: text that would break the message, and too few states, are refused by name', () => {
  const refused = (change: Partial<OrbitEphemerisMessage>) => {
    const result = writeOemKvn({ ...message, ...change });
    expect(writeOemXml({ ...message, ...change })).toEqual(result);
    return result.ok ? expect.fail('accepted') : result.error;
  };
  expect(refused({ object_name: '墨子' })).toMatchObject({ type: 'UnwritableText', field: 'object name' });
  expect(refused({ comments: ['two\nlines'] })).toMatchObject({ type: 'UnwritableText', field: 'comment' });
  expect(refused({ originator: '' })).toMatchObject({ field: 'originator' });
  expect(refused({ object_id: '16051A' })).toMatchObject({ field: 'object id' });
  const seven = { states: statesFrom(START, 1000, 7), comments: [], useable: null };
  expect(refused({ segments: [seven] })).toEqual({ type: 'TooFewStates', needed: 8, found: 7 });
  expect(refused({ segments: [] })).toMatchObject({ type: 'TooFewStates', found: 0 });
  expect(readKvn(written(writeOemKvn({ ...message, object_id: null }))).segments[0]!.meta['OBJECT_ID']).toBe('UNKNOWN');
});

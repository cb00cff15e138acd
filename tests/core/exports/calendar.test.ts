// Goal: a calendar program sees the plan as it is, moves a pass that moved, and knows a cancelled one as cancelled.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldLine, writeCalendar, type CalendarEntry, type PassCalendar } from '../../../src-core/exports/calendar.ts';

const START = Date.UTC(2018, 8, 14, 18, 14, 1) + 804;
const entry = (change: Partial<CalendarEntry>): CalendarEntry => ({
  pass_id: 'p-2018-09-14', version: 2, status: 'confirmed', changed_utc_ms: START - 3.6e6,
  start_utc_ms: START, end_utc_ms: START + 281_300, summary: 'Micius: Delingha, Nanshan (德令哈 ↔ 南山)',
  description: 'exactly 18:14:01.804 to 18:18:43.104 UTC; 309 ± 18 bits\nback\\slash, comma; semicolon',
  location: 'Delingha; Nanshan', ...change,
});
const calendar = (entries: CalendarEntry[]): PassCalendar =>
  ({ mission_id: 'micius', name: 'Micius passes', written_utc_ms: START - 3.6e6 + 500, entries });
const plan = calendar([
  entry({}), entry({ pass_id: 'p-2018-09-15', version: 1, status: 'tentative', start_utc_ms: START + 86_400_000,
    end_utc_ms: START + 86_400_000 + 200_000 }),
  entry({ pass_id: 'p-2018-09-16', version: 5, status: 'cancelled', start_utc_ms: START + 172_800_000,
    end_utc_ms: START + 172_800_000 + 100_196 }),
]);

test('authority: python-icalendar reads the same passes from it', () => {
  const folder = new URL('../../golden/python-icalendar/', import.meta.url);
  expect(writeCalendar(plan)).toBe(readFileSync(new URL('plan.ics', folder), 'utf8'));
  const seen = JSON.parse(readFileSync(new URL('plan.read.json', folder), 'utf8')) as Record<string, unknown>[];
  expect(seen).toEqual(plan.entries.map((given) => ({
    uid: `${given.pass_id}@micius.twinpass`, sequence: given.version - 1, status: given.status.toUpperCase(),
    start: new Date(Math.floor(given.start_utc_ms / 1000) * 1000).toISOString().replace('.000Z', '+00:00'),
    end: new Date(Math.ceil(given.end_utc_ms / 1000) * 1000).toISOString().replace('.000Z', '+00:00'),
    summary: given.summary, description: given.description, location: given.location,
  })));
});

test('property: no line exceeds 75 octets, no character is torn, and unfolding gives the line back', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => !/[\r\n]/.test(text)), (text) => {
    const folded = foldLine(text);
    expect(folded.replaceAll('\r\n ', '')).toBe(text);
    for (const line of folded.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(folded).not.toContain('\ufffd');
  }));
});

test('property: a moved pass keeps its UID, and typed text cannot start a line of its own', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 1, max: 99 }), (text, version) => {
    const ics = writeCalendar(calendar([entry({ summary: text, description: text, location: text, version })]));
    expect(ics.endsWith('\r\n')).toBe(true);
    const unfolded = ics.replaceAll('\r\n ', '').split('\r\n');
    expect(unfolded).toHaveLength(6 + 13 + 1 + 1);
    expect(unfolded).toContain('UID:p-2018-09-14@micius.twinpass');
    expect(unfolded).toContain(`SEQUENCE:${version - 1}`);
    expect(unfolded.filter((line) => line.startsWith('BEGIN:'))).toEqual(['BEGIN:VCALENDAR', 'BEGIN:VEVENT']);
  }));
});

test('failure: an id that is not a word, and a pass without a length, are programmer errors', () => {
  expect(() => writeCalendar(calendar([entry({ pass_id: 'a\r\nSTATUS:X' })]))).toThrow('pass id');
  expect(() => writeCalendar(calendar([entry({ end_utc_ms: START })]))).toThrow('a pass from');
});

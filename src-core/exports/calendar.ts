import { assert } from '../assert.ts';
import { formatUtc } from '../utc.ts';

/** One pass as a calendar shows it. */
export interface CalendarEntry {
  /** Never changes: a calendar finds the pass again by it. */
  readonly pass_id: string;
  /** Counts every change, from 1. */
  readonly version: number;
  readonly status: 'tentative' | 'confirmed' | 'cancelled';
  readonly changed_utc_ms: number;
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly summary: string;
  readonly description: string;
  readonly location: string;
}

export interface PassCalendar {
  readonly mission_id: string;
  readonly name: string;
  readonly written_utc_ms: number;
  readonly entries: readonly CalendarEntry[];
}

const OCTETS_MAX = 75;

function octetsOf(character: string): number {
  const code = character.codePointAt(0)!;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Folds a content line: no line above 75 octets, no character torn apart. Source: RFC 5545, 3.1. */
export function foldLine(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const width = octetsOf(character);
    if (octets + width > OCTETS_MAX) {
      parts.push(part);
      part = '';
      octets = 1; // The space that marks the continuation.
    }
    part += character;
    octets += width;
  }
  return [...parts, part].join('\r\n ');
}

/** Source: RFC 5545, 3.3.11. Control characters have no place in a calendar text. */
function escaped(text: string): string {
  const clean = Array.from(text.replaceAll(/\r\n?/g, '\n'), (character) =>
    (character < ' ' && character !== '\n' && character !== '\t' ? ' ' : character)).join('');
  return clean.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,').replaceAll('\n', '\\n');
}

/** `20180914T181401Z`. */
const utcSecond = (utc_ms: number) => formatUtc(utc_ms).slice(0, 19).replaceAll(/[-:]/g, '').concat('Z');

function entryLines(entry: CalendarEntry, calendar: PassCalendar): string[] {
  const { pass_id, version, status, start_utc_ms, end_utc_ms } = entry;
  assert(/^[\w.-]+$/.test(pass_id), `pass id ${pass_id}`);
  assert(Number.isSafeInteger(version) && version >= 1, `version ${version}`);
  assert(start_utc_ms < end_utc_ms, `a pass from ${start_utc_ms} to ${end_utc_ms}`);
  return [
    'BEGIN:VEVENT',
    `UID:${pass_id}@${calendar.mission_id}.twinpass`,
    `DTSTAMP:${utcSecond(calendar.written_utc_ms)}`,
    `LAST-MODIFIED:${utcSecond(entry.changed_utc_ms)}`,
    `SEQUENCE:${version - 1}`,
    `STATUS:${status.toUpperCase()}`,
    `DTSTART:${utcSecond(Math.floor(start_utc_ms / 1000) * 1000)}`,
    `DTEND:${utcSecond(Math.ceil(end_utc_ms / 1000) * 1000)}`,
    `SUMMARY:${escaped(entry.summary)}`,
    `DESCRIPTION:${escaped(entry.description)}`,
    `LOCATION:${escaped(entry.location)}`,
    `TRANSP:${status === 'cancelled' ? 'TRANSPARENT' : 'OPAQUE'}`,
    'END:VEVENT',
  ];
}

/**
 * The plan as a calendar. Import it again after a change and the same passes move: their UID stays, SEQUENCE grows,
 * a cancelled pass is there as CANCELLED.
 *
 * @units UTC, whole seconds; the entry covers the pass, its exact edges belong in the description
 * @shape CRLF, lines of 75 octets at most
 * @errors programmer error for an id that is not a word, or a pass that ends before it starts
 * @source RFC 5545, sections 3.1, 3.6.1, 3.8.1.11, 3.8.4.7 and 3.8.7.4
 */
export function writeCalendar(calendar: PassCalendar): string {
  assert(/^[a-z0-9-]+$/.test(calendar.mission_id), `mission id ${calendar.mission_id}`);
  const lines = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Twinpass//Pass plan//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(calendar.name)}`,
    ...calendar.entries.flatMap((entry) => entryLines(entry, calendar)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

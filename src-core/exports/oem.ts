import { assert } from '../assert.ts';
import { err, ok, type Result } from '../result.ts';
import type { ExportError } from './export-error.ts';
import { dot, vectorAt, type TemeStates } from './states.ts';
import { fixed, isoMicros } from './time-text.ts';
import { xmlTag, xmlText } from './xml.ts';

/** States of one pass, wider than the pass where neighbours are needed to interpolate at its edges. */
export interface OemSegment {
  readonly states: TemeStates;
  /** The pass itself. */
  readonly useable: { readonly start_utc_ms: number; readonly end_utc_ms: number } | null;
  readonly comments: readonly string[];
}

export interface OrbitEphemerisMessage {
  readonly created_utc_ms: number;
  readonly originator: string;
  readonly message_id: string;
  readonly object_name: string;
  /** International designator, as 2016-051A; null where the elements name none. */
  readonly object_id: string | null;
  readonly comments: readonly string[];
  readonly segments: readonly OemSegment[];
}

/** Lagrange, not Hermite: SGP4's velocity is not quite the slope of its position, which would cost centimetres. */
const INTERPOLATION_DEGREE = 7;
const STATES_MIN = INTERPOLATION_DEGREE + 1;

interface Row { readonly epoch: string; readonly position: readonly string[]; readonly velocity: readonly string[] }
type Pair = readonly [keyword: string, value: string];
interface Segment { readonly metadata: readonly Pair[]; readonly comments: readonly string[]; readonly rows: Row[] }

const PRINTABLE = /^[\x20-\x7e]{1,200}$/;
const DESIGNATOR = /^\d{4}-\d{3}[A-Z]{1,3}$/;

function checkText(field: string, found: string): ExportError | null {
  if (PRINTABLE.test(found) && found.trim() === found) return null;
  return { type: 'UnwritableText', field, found, expected: '1 to 200 printable ASCII characters' };
}

function checkMessage(message: OrbitEphemerisMessage): ExportError | null {
  const texts: (readonly [string, string])[] = [
    ['originator', message.originator], ['message id', message.message_id], ['object name', message.object_name],
    ...[...message.comments, ...message.segments.flatMap(({ comments }) => comments)]
      .map((comment) => ['comment', comment] as const),
  ];
  for (const [field, text] of texts) {
    const wrong = checkText(field, text);
    if (wrong !== null) return wrong;
  }
  const { object_id } = message;
  if (object_id !== null && !DESIGNATOR.test(object_id)) {
    return { type: 'UnwritableText', field: 'object id', found: object_id, expected: 'a designator as 2016-051A' };
  }
  if (message.segments.length === 0) return { type: 'TooFewStates', needed: STATES_MIN, found: 0 };
  const counts = message.segments.map(({ states }) => states.position_teme_km.length / 3);
  const fewest = Math.min(...counts);
  return fewest < STATES_MIN ? { type: 'TooFewStates', needed: STATES_MIN, found: fewest } : null;
}

function segmentOf(message: OrbitEphemerisMessage, { states, useable, comments }: OemSegment): Segment {
  const { position_teme_km, velocity_teme_km_s, start_utc_ms, step_ms } = states;
  const count = position_teme_km.length / 3;
  assert(velocity_teme_km_s.length === 3 * count && step_ms > 0, `${count} states, step ${step_ms} ms`);
  const epochAt = (i: number) => isoMicros(start_utc_ms + i * step_ms);
  if (useable !== null) {
    const inside = useable.start_utc_ms >= start_utc_ms && useable.start_utc_ms < useable.end_utc_ms
      && useable.end_utc_ms <= start_utc_ms + (count - 1) * step_ms;
    assert(inside, 'the useable span lies inside the states');
  }
  const rows = Array.from({ length: count }, (_, i) => {
    const position = vectorAt(position_teme_km, i);
    assert(dot(position, position) > 0, 'the satellite is not at the centre of the Earth');
    return {
      epoch: epochAt(i),
      position: position.map((value) => fixed(value, 9)),
      velocity: vectorAt(velocity_teme_km_s, i).map((value) => fixed(value, 12)),
    };
  });
  const span: Pair[] = useable === null ? [] : [
    ['USEABLE_START_TIME', isoMicros(useable.start_utc_ms)], ['USEABLE_STOP_TIME', isoMicros(useable.end_utc_ms)],
  ];
  return {
    comments, rows,
    metadata: [
      ['OBJECT_NAME', message.object_name], ['OBJECT_ID', message.object_id ?? 'UNKNOWN'], ['CENTER_NAME', 'EARTH'],
      ['REF_FRAME', 'TEME'], ['TIME_SYSTEM', 'UTC'],
      ['START_TIME', epochAt(0)], ...span, ['STOP_TIME', epochAt(count - 1)],
      ['INTERPOLATION', 'LAGRANGE'], ['INTERPOLATION_DEGREE', String(INTERPOLATION_DEGREE)],
    ],
  };
}

function prepare(message: OrbitEphemerisMessage): Result<{ header: Pair[]; segments: Segment[] }, ExportError> {
  const wrong = checkMessage(message);
  if (wrong !== null) return err(wrong);
  const header: Pair[] = [['CREATION_DATE', isoMicros(message.created_utc_ms)], ['ORIGINATOR', message.originator],
    ['MESSAGE_ID', message.message_id]];
  return ok({ header, segments: message.segments.map((segment) => segmentOf(message, segment)) });
}

/**
 * Orbit ephemeris message, version 3.0, as keyword and value.
 *
 * States are SGP4's own, in TEME (true equator, mean equinox of date) and UTC: the reader needs no convention of ours
 * but GMST-82 to come to the ground.
 *
 * @units km, km/s, UTC to the microsecond
 * @shape one segment a pass; positions to a micrometre
 * @errors UnwritableText, TooFewStates
 * @source CCSDS 502.0-B-3, section 5.2 (keywords and order: tables 5-2 and 5-3), section 7 (syntax)
 */
export function writeOemKvn(message: OrbitEphemerisMessage): Result<string, ExportError> {
  const prepared = prepare(message);
  if (!prepared.ok) return prepared;
  const pair = ([keyword, value]: Pair) => `${keyword} = ${value}`;
  const comment = (text: string) => `COMMENT ${text}`;
  const lines = ['CCSDS_OEM_VERS = 3.0', ...message.comments.map(comment), ...prepared.value.header.map(pair)];
  for (const { metadata, comments, rows } of prepared.value.segments) {
    lines.push('', 'META_START', ...metadata.map(pair), 'META_STOP', '', ...comments.map(comment));
    for (const { epoch, position, velocity } of rows) lines.push([epoch, ...position, ...velocity].join(' '));
  }
  return ok(`${lines.join('\n')}\n`);
}

const STATE_TAGS = ['X', 'Y', 'Z'] as const;

/**
 * The same message as XML; the numbers are the same digits.
 *
 * @units km, km/s, UTC to the microsecond
 * @shape one segment a pass
 * @errors UnwritableText, TooFewStates
 * @source CCSDS 502.0-B-3, section 8; CCSDS 505.0-B-3
 */
export function writeOemXml(message: OrbitEphemerisMessage): Result<string, ExportError> {
  const prepared = prepare(message);
  if (!prepared.ok) return prepared;
  const element = ([keyword, value]: Pair) => `<${keyword}>${xmlText(value)}</${keyword}>`;
  const comment = (text: string) => element(['COMMENT', text]);
  const root = xmlTag('oem', {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:noNamespaceSchemaLocation': 'https://sanaregistry.org/r/ndmxml_unqualified/ndmxml-3.0.0-master-3.0.xsd',
    id: 'CCSDS_OEM_VERS', version: '3.0',
  });
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<${root}>`, '<header>', ...message.comments.map(comment),
    ...prepared.value.header.map(element), '</header>', '<body>'];
  for (const { metadata, comments, rows } of prepared.value.segments) {
    lines.push('<segment>', '<metadata>', ...metadata.map(element), '</metadata>', '<data>', ...comments.map(comment));
    for (const { epoch, position, velocity } of rows) {
      const places = STATE_TAGS.map((tag, k) => `<${tag} units="km">${position[k]!}</${tag}>`);
      const rates = STATE_TAGS.map((tag, k) => `<${tag}_DOT units="km/s">${velocity[k]!}</${tag}_DOT>`);
      lines.push(`<stateVector><EPOCH>${epoch}</EPOCH>${places.join('')}${rates.join('')}</stateVector>`);
    }
    lines.push('</data>', '</segment>');
  }
  lines.push('</body>', '</oem>');
  return ok(`${lines.join('\n')}\n`);
}

import { err, ok, type Result } from '../result.ts';
import type { ElementsError } from './element-set.ts';
import type { OmmRecord } from './omm.ts';

/** Deeper than the standard's messages ever nest, `ndm` around `omm` included, with room for one wrapper more. */
const DEPTH_MAX = 10;

/** Units a message may state, and the only ones the numbers can be taken in. */
const UNITS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  MEAN_MOTION: ['rev/day', 'REV/DAY'], INCLINATION: ['deg'], RA_OF_ASC_NODE: ['deg'], ARG_OF_PERICENTER: ['deg'],
  MEAN_ANOMALY: ['deg'], BSTAR: ['1/ER'], MEAN_MOTION_DOT: ['rev/day**2', 'REV/DAY**2'],
  MEAN_MOTION_DDOT: ['rev/day**3', 'REV/DAY**3'],
}));

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** One piece of markup at the place it begins. */
type Piece =
  | { readonly kind: 'open' | 'empty'; readonly name: string; readonly attributes: ReadonlyMap<string, string>;
    readonly at: number }
  | { readonly kind: 'close'; readonly name: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number };

interface Fault { readonly type: 'XmlFault'; readonly at: number; readonly reason: string }
const fault = (at: number, reason: string): Result<never, Fault> => err({ type: 'XmlFault', at, reason });

const NAME = '[A-Za-z_][\\w.:-]*';
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'gy');

function decode(text: string, at: number): Result<string, Fault> {
  const stray = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/.exec(text);
  if (stray !== null) return fault(at + stray.index, 'an entity that XML does not define.');
  return ok(text.replaceAll(/&(#?\w+);/g, (reference) => {
    const name = reference.slice(1, -1);
    if (!name.startsWith('#')) return ENTITIES[name]!;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }));
}

function readTag(inside: string, at: number): Result<Piece, Fault> {
  const close = new RegExp(`^/(${NAME})\\s*$`).exec(inside);
  if (close !== null) return ok({ kind: 'close', name: close[1]!, at });
  const open = new RegExp(`^(${NAME})`).exec(inside);
  if (open === null) return fault(at, `"<${inside.slice(0, 20)}" is not markup.`);
  const attributes = new Map<string, string>();
  ATTRIBUTE.lastIndex = open[0].length;
  let end = open[0].length;
  for (let match = ATTRIBUTE.exec(inside); match !== null; match = ATTRIBUTE.exec(inside)) {
    const value = decode(match[2] ?? match[3]!, at);
    if (!value.ok) return value;
    if (attributes.has(match[1]!)) return fault(at, `${match[1]!} is given twice.`);
    attributes.set(match[1]!, value.value);
    end = ATTRIBUTE.lastIndex;
  }
  const rest = inside.slice(end).trim();
  if (rest !== '' && rest !== '/') return fault(at, `"${rest.slice(0, 20)}" in <${open[1]!}> is not an attribute.`);
  return ok({ kind: rest === '/' ? 'empty' : 'open', name: open[1]!, attributes, at });
}

/** Where a piece that says nothing to us ends: comment or processing instruction; -1 where it is no such piece. */
function skipSilent(text: string, at: number): Result<number, Fault> {
  const pairs = [['<!--', '-->'], ['<?', '?>']] as const;
  const found = pairs.find(([begin]) => text.startsWith(begin, at));
  if (found === undefined) return ok(-1);
  const end = text.indexOf(found[1], at + found[0].length);
  return end < 0 ? fault(at, `"${found[0]}" is never closed.`) : ok(end + found[1].length);
}

function splitPieces(text: string): Result<Piece[], Fault> {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length;) {
    if (!text.startsWith('<', at)) {
      const end = text.indexOf('<', at);
      const decoded = decode(text.slice(at, end < 0 ? undefined : end), at);
      if (!decoded.ok) return decoded;
      pieces.push({ kind: 'text', text: decoded.value, at });
      at = end < 0 ? text.length : end;
      continue;
    }
    const silent = skipSilent(text, at);
    if (!silent.ok) return silent;
    if (silent.value >= 0) {
      at = silent.value;
      continue;
    }
    if (text.startsWith('<!', at)) return fault(at, 'document types and CDATA have no place in an OMM.');
    const end = text.indexOf('>', at);
    if (end < 0) return fault(at, 'a tag is never closed.');
    const tag = readTag(text.slice(at + 1, end), at);
    if (!tag.ok) return tag;
    pieces.push(tag.value);
    at = end + 1;
  }
  return ok(pieces);
}

/** An element that is open: its name, whether it has children, and the text so far. */
interface Open { readonly name: string; readonly units: string | null; readonly at: number; parent: boolean; text: string }

interface Gathering { readonly records: Record<string, unknown>[]; readonly stack: Open[]; closed: boolean }

const bare = (name: string) => name.slice(name.indexOf(':') + 1);

function keep(records: Record<string, unknown>[], leaf: Open): Result<null, Fault> {
  if (leaf.name === 'COMMENT' || leaf.name === 'USER_DEFINED') return ok(null);
  const record = records.at(-1)!;
  if (Object.hasOwn(record, leaf.name)) return fault(leaf.at, `${leaf.name} is given twice.`);
  const units = UNITS.get(leaf.name);
  if (leaf.units !== null && units !== undefined && !units.includes(leaf.units)) {
    return fault(leaf.at, `${leaf.name} is in ${leaf.units}, expected ${units[0]!}.`);
  }
  record[leaf.name] = leaf.text.trim();
  return ok(null);
}

/** Why an element cannot stand where it does; null where it can. */
function misplaced(gathering: Gathering, name: string): string | null {
  const { stack, closed } = gathering;
  if (closed) return 'the document has ended before this element.';
  if (stack.length >= DEPTH_MAX) return `elements nest deeper than ${DEPTH_MAX}.`;
  const inside = stack.some((open) => open.name === 'omm');
  if (name === 'omm') return inside ? 'an OMM inside an OMM.' : null;
  if (inside) return null;
  const around = stack.length === 0 ? ['ndm'] : ['COMMENT', 'MESSAGE_ID'];
  return around.includes(name) ? null : `<${name}> is not an OMM; write other messages into a file of their own.`;
}

function openElement(gathering: Gathering, piece: Extract<Piece, { kind: 'open' | 'empty' }>): Result<null, Fault> {
  const { stack, records } = gathering;
  const name = bare(piece.name);
  const reason = misplaced(gathering, name);
  if (reason !== null) return fault(piece.at, reason);
  const parent = stack.at(-1);
  if (parent !== undefined) parent.parent = true;
  if (name === 'omm') records.push({});
  stack.push({ name, units: piece.attributes.get('units') ?? null, at: piece.at, parent: false, text: '' });
  return ok(null);
}

function closeElement(gathering: Gathering, name: string, at: number): Result<null, Fault> {
  const { stack, records } = gathering;
  const open = stack.pop();
  if (open === undefined || open.name !== bare(name)) {
    return fault(at, `</${name}> closes nothing${open === undefined ? '' : `, <${open.name}> is open`}.`);
  }
  gathering.closed = stack.length === 0;
  if (open.parent) return open.text.trim() === '' ? ok(null) : fault(open.at, `text beside the elements of <${open.name}>.`);
  return stack.some((outer) => outer.name === 'omm') ? keep(records, open) : ok(null);
}

function gather(pieces: readonly Piece[], end: number): Result<Record<string, unknown>[], Fault> {
  const gathering: Gathering = { records: [], stack: [], closed: false };
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      const open = gathering.stack.at(-1);
      if (open !== undefined) open.text += piece.text;
      else if (piece.text.trim() !== '') return fault(piece.at, 'text outside the document.');
      continue;
    }
    const opened = piece.kind === 'close' ? ok(null) : openElement(gathering, piece);
    if (!opened.ok) return opened;
    const closed = piece.kind === 'open' ? ok(null) : closeElement(gathering, piece.name, piece.at);
    if (!closed.ok) return closed;
  }
  const open = gathering.stack.at(-1);
  return open === undefined ? ok(gathering.records) : fault(end, `the text ends, <${open.name}> is open.`);
}

/**
 * Splits an OMM in XML, alone or many in one `ndm`, into messages of keywords and values.
 *
 * Read are elements, attributes, the five entities and character references: what such messages consist of. Document
 * types are refused, so nothing can be expanded or fetched.
 *
 * @units none here; a unit that is stated and is not the standard's is refused
 * @shape text in, one record an `omm` element
 * @errors MalformedText naming the line
 * @validity CCSDS 502.0-B-2 and -B-3; namespaces are ignored, comments and user-defined parameters skipped
 * @source CCSDS 502.0-B-3, section 8.9 (OMM); CCSDS 505.0-B-3, section 4.12 (`ndm`); XML 1.0, 5th ed.
 * @golden tests/core/orbit/omm-xml.test.ts, `read as python-sgp4 reads it`
 */
export function splitOmmXml(text: string, source_name: string): Result<OmmRecord[], ElementsError> {
  const pieces = splitPieces(text);
  const records = pieces.ok ? gather(pieces.value, text.length) : pieces;
  if (records.ok) return records;
  const line = text.slice(0, records.error.at).split('\n').length;
  return err({ type: 'MalformedText', where: `${source_name} line ${line}`, reason: records.error.reason });
}

// Looks for secrets in bytes: any 64-bit run of them, however written. Chance finds one in 10^6 searches of 10 MB.

/** A secret as symbols: bits of a key, or which of four detectors clicked. */
export interface Secret {
  readonly name: string;
  readonly symbols: Uint8Array;
  readonly bits_per_symbol: 1 | 2;
}

export const bitsOf = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: bytes.length * 8 }, (_, i) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1);

const WINDOW_BITS = 64;
/** A run of fewer different bytes is no secret but a habit: zeros, a ramp, a stuck detector. */
const DISTINCT_BYTES_MIN = 5;

/** Windows of 64 bits as pairs of 32-bit words, with the number of the secret that holds them: a plain hash table. */
function createTable(entries_max: number) {
  const size = 2 ** Math.ceil(Math.log2(2 * entries_max + 2));
  const [highs, lows, owners] = [new Int32Array(size), new Int32Array(size), new Uint8Array(size)];
  let used = 0;
  const slotOf = (high: number, low: number) => {
    const mixed = Math.imul(high ^ Math.imul(low, 0x9e37_79b1), 0x85eb_ca6b);
    let slot = (mixed ^ (mixed >>> 15)) & (size - 1);
    while (owners[slot] !== 0 && (highs[slot] !== high || lows[slot] !== low)) slot = (slot + 1) & (size - 1);
    return slot;
  };
  return {
    add: (high: number, low: number, owner: number) => {
      const slot = slotOf(high | 0, low | 0);
      if (owners[slot] === 0) used += 1;
      [highs[slot], lows[slot], owners[slot]] = [high, low, owner];
    },
    /** Zero where no secret holds this window. */
    ownerOf: (high: number, low: number) => owners[slotOf(high | 0, low | 0)]!,
    used: () => used,
  };
}

type Table = ReturnType<typeof createTable>;

/** For each symbol, the byte that it ends, packed from the low end or from the high one. */
function bytesEndingAt({ symbols, bits_per_symbol }: Secret, low_first: boolean): Uint8Array {
  const held = 8 / bits_per_symbol;
  return symbols.map((_, end) => {
    let byte = 0;
    for (let i = 0; i < held; i += 1) {
      const symbol = symbols[end - held + 1 + i] ?? 0;
      byte |= symbol << (bits_per_symbol * (low_first ? i : held - 1 - i));
    }
    return byte;
  });
}

function isDegenerate(window: Uint8Array): boolean {
  let distinct = 0;
  for (let i = 0; i < 8; i += 1) if (window.indexOf(window[i]!) === i) distinct += 1;
  return distinct < DISTINCT_BYTES_MIN;
}

/** Enters the window that ends at every symbol, and so every alignment there is. */
function enter(table: Table, secret: Secret, owner: number): void {
  const held = 8 / secret.bits_per_symbol;
  const window = new Uint8Array(8);
  const words = new DataView(window.buffer);
  for (const low_first of [false, true]) {
    const bytes = bytesEndingAt(secret, low_first);
    for (let end = 8 * held - 1; end < bytes.length; end += 1) {
      for (let i = 0; i < 8; i += 1) window[i] = bytes[end - (7 - i) * held]!;
      if (!isDegenerate(window)) table.add(words.getInt32(0), words.getInt32(4), owner);
    }
  }
}

const NONE = 255;
const LABELS = 'HV+-';
const ascii = (byte: number) => (byte >= 48 && byte <= 51 ? byte - 48 : NONE);
const double = (high: number) => [0, 0x3ff0, 0x4000, 0x4008].indexOf(high);
const single = (high: number) => [0, 0x3f80, 0x4000, 0x4040].indexOf(high);
const symbolOr = (found: number) => (found < 0 ? NONE : found);

interface Notation {
  readonly name: string;
  readonly stride: number;
  /** The symbol that the bytes from `at` on stand for, or NONE. */
  readonly read: (bytes: Uint8Array, at: number) => number;
}

/** A click pattern of one detector: bit i for detector i. */
const mask = (pattern: number) => symbolOr([1, 2, 4, 8].indexOf(pattern));
const doubleMask = (high: number) => symbolOr([0x3ff0, 0x4000, 0x4010, 0x4020].indexOf(high));

const zeros = (bytes: Uint8Array, from: number, to: number) => {
  for (let i = from; i < to; i += 1) if (bytes[i] !== 0) return false;
  return true;
};
const small = (bytes: Uint8Array, at: number, stride: number) =>
  bytes[at]! < 4 && zeros(bytes, at + 1, at + stride) ? bytes[at]! : NONE;
const word = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8);

const NOTATIONS: readonly Notation[] = [
  { name: 'bytes', stride: 1, read: (bytes, at) => small(bytes, at, 1) },
  { name: 'digits', stride: 1, read: (bytes, at) => ascii(bytes[at]!) },
  { name: 'labels', stride: 1, read: (bytes, at) => symbolOr(LABELS.indexOf(String.fromCharCode(bytes[at]!))) },
  { name: '16-bit numbers', stride: 2, read: (bytes, at) => small(bytes, at, 2) },
  { name: '32-bit numbers', stride: 4, read: (bytes, at) => small(bytes, at, 4) },
  {
    name: 'floats',
    stride: 4,
    read: (bytes, at) => (zeros(bytes, at, at + 2) ? symbolOr(single(word(bytes, at + 2))) : NONE),
  },
  {
    name: 'doubles',
    stride: 8,
    read: (bytes, at) => (zeros(bytes, at, at + 6) ? symbolOr(double(word(bytes, at + 6))) : NONE),
  },
  { name: 'patterns', stride: 1, read: (bytes, at) => mask(bytes[at]!) },
  {
    name: 'patterns as doubles',
    stride: 8,
    read: (bytes, at) => (zeros(bytes, at, at + 6) ? doubleMask(word(bytes, at + 6)) : NONE),
  },
];

/** What stands between the entries of a list in text. */
const BETWEEN = new Set(Buffer.from(', \n\r\t[]"\''));
const HEX = /[0-9a-fA-F]{16,}/g;
const BASE64 = /[A-Za-z0-9+/_-]{11,}/g;

/** One is enough to fail; a few tell where to look. */
const FINDS_MAX = 5;

export interface LeakSearch {
  /** One sentence a find; empty where nothing is. */
  readonly search: (bytes: Uint8Array) => string[];
  readonly windows: number;
}

export function createLeakSearch(secrets: readonly Secret[]): LeakSearch {
  const table = createTable(2 * secrets.reduce((sum, { symbols }) => sum + symbols.length, 0));
  for (const [i, secret] of secrets.entries()) enter(table, secret, i + 1);
  const find = (high: number, low: number): string | null => secrets[table.ownerOf(high, low) - 1]?.name ?? null;
  const widths = [...new Set(secrets.map(({ bits_per_symbol }) => bits_per_symbol))];

  function* packed(bytes: Uint8Array, how: string): Generator<string> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 8 <= bytes.length; at += 1) {
      const name = find(view.getInt32(at), view.getInt32(at + 4));
      if (name !== null) yield `${name}, ${how}, at byte ${at}`;
    }
  }

  function* listed(bytes: Uint8Array, notation: Notation, bits: 1 | 2): Generator<string> {
    const carry = 32 - bits;
    for (let phase = 0; phase < notation.stride; phase += 1) {
      let [high, low, run] = [0, 0, 0];
      for (let at = phase; at + notation.stride <= bytes.length; at += notation.stride) {
        const symbol = notation.read(bytes, at);
        run = symbol < 1 << bits ? run + bits : 0;
        high = (high << bits) | (low >>> carry);
        low = (low << bits) | symbol;
        const name = run >= WINDOW_BITS ? find(high, low) : null;
        if (name !== null) yield `${name}, as ${notation.name}, before byte ${at}`;
      }
    }
  }

  function* wrapped(bytes: Uint8Array): Generator<string> {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    for (const [run] of text.matchAll(HEX)) {
      for (const phase of [0, 1]) yield* packed(new Uint8Array(Buffer.from(run.slice(phase), 'hex')), 'in hexadecimal');
    }
    for (const [run] of text.matchAll(BASE64)) {
      for (const phase of [0, 1, 2, 3])
        yield* packed(new Uint8Array(Buffer.from(run.slice(phase), 'base64')), 'in base64');
    }
  }

  function* everything(bytes: Uint8Array): Generator<string> {
    yield* packed(bytes, 'packed');
    for (const bits of widths) for (const notation of NOTATIONS) yield* listed(bytes, notation, bits);
    const bare = bytes.filter((byte) => !BETWEEN.has(byte));
    for (const bits of widths) yield* listed(bare, NOTATIONS[1]!, bits);
    yield* wrapped(bytes);
  }
  return {
    search: (bytes) => {
      const found = new Set<string>();
      for (const find of everything(bytes)) if (found.add(find).size === FINDS_MAX) break;
      return [...found];
    },
    windows: table.used(),
  };
}

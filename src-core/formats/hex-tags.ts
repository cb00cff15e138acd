import { err, ok, type Result } from '../result.ts';
import { createA1Reader } from './a1.ts';
import type { FormatError, TagColumns, TagReader, TagReaderOptions } from './tag-columns.ts';

// S-Fifteen text files carry the records of a1 in hexadecimal: a0 has one 32-bit word a line, a2 one 64-bit record.

const NEWLINE = 10;
const RETURN = 13;
const NO_DIGIT = 255;
const WORD_DIGITS = 8;
const WORD_BYTES = 4;
const RECORD_BYTES = 8;

export type HexFormat = 'a0' | 'a2';

const LINE_DIGITS: Readonly<Record<HexFormat, number>> = { a0: WORD_DIGITS, a2: 2 * WORD_DIGITS };
const TEXT_BYTES: Readonly<Record<HexFormat, number>> = { a0: 2 * (WORD_DIGITS + 1), a2: 2 * WORD_DIGITS + 1 };

const digitOf = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return digit < 0 ? NO_DIGIT : digit;
});

/** A line being read, and the words of a record that is not whole yet. */
interface Progress {
  readonly line_digits: number;
  /** Lines that ended. */
  lines: number;
  digits: number;
  returned: boolean;
  word: number;
  /** The first word of a line of two: the upper one. */
  upper: number;
  /** The first line of a record of two lines. */
  held: number | null;
}

/** Reads S-Fifteen a0 or a2 text of either word order; same columns as the binary file of the same events. */
export function createHexReader(format: HexFormat, options: TagReaderOptions = {}): TagReader {
  const { partial = false, expected_bytes = 0 } = options;
  const records = Math.floor(expected_bytes / TEXT_BYTES[format]);
  const reader = createA1Reader({ expected_bytes: records * RECORD_BYTES });
  const progress: Progress = {
    line_digits: LINE_DIGITS[format], lines: 0, digits: 0, returned: false, word: 0, upper: 0, held: null,
  };
  let failure: FormatError | null = null;
  const settle = <T>(result: Result<T, FormatError>): Result<T, FormatError> => {
    if (result.ok) return result;
    failure ??= atLine(result.error, format);
    return err(failure);
  };
  const push = (chunk: Uint8Array) => {
    const read = wordsOf(progress, chunk);
    return read.ok ? reader.push(read.value) : read;
  };
  const finish = (): Result<TagColumns, FormatError> => {
    const last = finishText(progress);
    if (!last.ok) return last;
    const pushed = reader.push(last.value);
    if (!pushed.ok) return pushed;
    const finished = reader.finish();
    const bytes_left = progress.digits + (progress.held === null ? 0 : WORD_DIGITS + 1);
    if (!finished.ok || bytes_left === 0) return finished;
    const truncation = { records_missing: 0, bytes_left };
    if (!partial) return err({ type: 'Truncated', record: finished.value.records, ...truncation });
    return ok({ ...finished.value, truncation });
  };
  return {
    push: (chunk) => (failure === null ? settle(push(chunk)) : err(failure)),
    takeSettled: reader.takeSettled,
    finish: () => (failure === null ? settle(finish()) : err(failure)),
  };
}

/** The whole records of a piece of text, low word first. */
function wordsOf(progress: Progress, text: Uint8Array): Result<Uint8Array, FormatError> {
  const bytes = new Uint8Array((Math.ceil(text.length / WORD_DIGITS) + 2) * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const code of text) {
    const digit = digitOf[code]!;
    if (digit !== NO_DIGIT) {
      if (progress.digits === progress.line_digits || progress.returned) return badLine(progress);
      if (progress.digits === WORD_DIGITS) {
        progress.upper = progress.word;
        progress.word = 0;
      }
      progress.word = progress.word * 16 + digit;
      progress.digits += 1;
      continue;
    }
    if (progress.digits !== progress.line_digits) return badLine(progress);
    if (code === RETURN && !progress.returned) progress.returned = true;
    else if (code === NEWLINE) at = endLine(progress, view, at);
    else return badLine(progress);
  }
  return ok(bytes.subarray(0, at));
}

/** Writes the record that this line completes, if it does; says where the next one goes. */
function endLine(progress: Progress, view: DataView, at: number): number {
  const { word, upper, held, line_digits } = progress;
  progress.lines += 1;
  progress.digits = 0;
  progress.returned = false;
  progress.word = 0;
  if (line_digits === WORD_DIGITS && held === null) {
    progress.held = word;
    return at;
  }
  progress.held = null;
  const [first, second] = line_digits === WORD_DIGITS ? [held ?? 0, word] : [word, upper];
  view.setUint32(at, first, true);
  view.setUint32(at + WORD_BYTES, second, true);
  return at + RECORD_BYTES;
}

/** A last line may lack its end. */
function finishText(progress: Progress): Result<Uint8Array, FormatError> {
  const whole = progress.digits === progress.line_digits;
  return wordsOf(progress, whole ? Uint8Array.of(NEWLINE) : new Uint8Array(0));
}

function badLine(progress: Progress): Result<never, FormatError> {
  const reason = `not ${progress.line_digits} hexadecimal digits`;
  return err({ type: 'BadLine', line: progress.lines + 1, reason });
}

/** A fault of a record stands on the record's first line. */
function atLine(error: FormatError, format: HexFormat): FormatError {
  if (error.type !== 'BadRecord') return error;
  const line = error.record * (format === 'a0' ? 2 : 1) + 1;
  return { type: 'BadLine', line, reason: error.reason };
}

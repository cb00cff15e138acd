/** Where a command writes: one JSON document or a page on stdout, everything else on stderr. */
export interface Output {
  readonly result: (text: string) => void;
  /** One document in parts, for what is too long to be held as one text. */
  readonly document: (parts: Iterable<string>) => void;
  readonly note: (text: string) => void;
  /** Draws on a terminal only; a log file never sees a progress bar. */
  readonly progress: (stage: string, fraction: number) => void;
  readonly endProgress: () => void;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

const BAR = 24;
const PART_CHARACTERS = 65_536;

export function createOutput(stdout: OutputStream, stderr: OutputStream): Output {
  let drawn = '';
  const clear = () => {
    if (drawn !== '') stderr.write(`\r${' '.repeat(drawn.length)}\r`);
    drawn = '';
  };
  return {
    result: (text) => {
      clear();
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    document: (parts) => {
      clear();
      let held = '';
      for (const part of parts) {
        held += part;
        if (held.length < PART_CHARACTERS) continue;
        stdout.write(held);
        held = '';
      }
      if (held !== '') stdout.write(held);
    },
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (stage, fraction) => {
      if (stderr.isTTY !== true) return;
      const done = Math.round(Math.min(Math.max(fraction, 0), 1) * BAR);
      const line = `${'█'.repeat(done)}${'░'.repeat(BAR - done)} ${String(Math.round(fraction * 100)).padStart(3)} % ${stage}`;
      if (line === drawn) return;
      clear();
      stderr.write(line);
      drawn = line;
    },
    endProgress: clear,
  };
}

/** Two-column text with the first column padded, for pages that people read. */
export function alignRows(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

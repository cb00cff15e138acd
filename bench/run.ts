// Runs every *-bench.ts beside it and prints one table; `--json` prints the rows instead. Never a test: figures
// are of this machine at this moment, targets are what the project wants to keep.
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import type { BenchRow } from './bench-row.ts';

interface BenchFile {
  readonly default: () => Promise<readonly BenchRow[]>;
}

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('-bench.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name)))
  .sort();
const rows: BenchRow[] = [];
for (const file of files) {
  process.stderr.write(`${file} …\n`);
  const { default: bench } = (await import(`./${file}`)) as BenchFile;
  rows.push(...(await bench()));
  (globalThis as { gc?: () => void }).gc?.();
}

function shown(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(4);
}

if (args.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ node: process.version, cpu: cpus()[0]?.model ?? 'unknown', rows })}\n`);
} else {
  const width = Math.max(...rows.map(({ name }) => name.length));
  process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`);
  for (const { name, value, unit, target } of rows) {
    process.stdout.write(
      `${name.padEnd(width)}  ${shown(value).padStart(12)} ${unit.padEnd(12)}${target === undefined ? '' : ` target ${target}`}\n`,
    );
  }
}

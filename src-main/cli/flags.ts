import { InvalidArgumentError, Option } from 'commander';
import { gateWish, type GateWish } from '../../src-contract/quantities.ts';
import { parseUtc } from '../../src-core/utc.ts';

/**
 * A flag that may stand once, or twice with the same value: commander takes the last of several
 * without a word, and an operator who edits a long line in the shell's history deserves better.
 */
export function onceOption(flags: string, description: string, parse: (text: string) => unknown): Option {
  let first: string | null = null;
  return new Option(flags, description).argParser((text: string): unknown => {
    if (first !== null && first !== text) {
      throw new InvalidArgumentError(`It stands twice, as ${first} and as ${text}: keep one.`);
    }
    first = text;
    return parse(text);
  });
}

export const anyText = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It is empty.');
  return text;
};

/** A finite number within bounds; the message says which. */
export function numberIn(low: number, high: number, unit = ''): (text: string) => number {
  const bounds = `a number from ${low} to ${high}${unit === '' ? '' : ` ${unit}`}`;
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < low || value > high) {
      throw new InvalidArgumentError(`Expected ${bounds}.`);
    }
    return value;
  };
}

/** Full width of the coincidence gate, or how the data should choose it. */
export const gateOption = () =>
  onceOption(
    '--gate <ns|auto|share>',
    'full width of the coincidence gate; auto: the one that makes most key; 99%: the one that holds so much of the peak',
    (text) => (text === 'auto' || /%$/.test(text) ? gateWord(text) : numberIn(0.1, 100, 'ns')(text)),
  ).default(2.5);

function gateWord(text: string): GateWish {
  const wish = gateWish.safeParse(text);
  if (!wish.success) throw new InvalidArgumentError('Expected a width in ns, auto, or a share from 10% to 99.999%.');
  return wish.data;
}

export function wholeNumberIn(low: number, high: number): (text: string) => number {
  const bounded = numberIn(low, high);
  return (text) => {
    const value = bounded(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
    return value;
  };
}

export function oneOf<const T extends string>(...choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new InvalidArgumentError(`Choose ${choices.join(' or ')}.`);
    return choice;
  };
}

/** The years that the contract's times span. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 2099];

/** Milliseconds since 1970 of UTC text. */
export function instant(text: string): number {
  const parsed = parseUtc(text);
  if (!parsed.ok) throw new InvalidArgumentError('Expected UTC as 2018-09-14 or 2018-09-14T18:14:01.800Z.');
  const year = new Date(parsed.value).getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR)
    throw new InvalidArgumentError(`Expected a year from ${FIRST_YEAR} to ${LAST_YEAR}.`);
  return parsed.value;
}

/** How numbers read on screen: real minus, thin space in thousands, an en dash where there is none. */
export const NONE = '–';
const MINUS = '−';
const THIN = '\u2009';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number with fixed decimals: `−1 234.5`. */
export function fixed(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const negative = value < 0 && Number(text) !== 0;
  return `${negative ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** With its sign always: for differences and offsets. */
export function signed(value: number | null | undefined, decimals = 0): string {
  const text = fixed(value, decimals);
  return text === NONE || text.startsWith(MINUS) ? text : `+${text}`;
}

export function percent(share: number | null | undefined, decimals = 1): string {
  return fixed(share === null || share === undefined ? null : share * 100, decimals);
}

/** Decimals that leave an uncertainty two significant digits, none from 10 on: 0.24, 1.4, 64. */
export function decimalsFor(sigma: number): number {
  if (!Number.isFinite(sigma) || sigma <= 0) return 1;
  return Math.max(0, Math.min(4, 1 - Math.floor(Math.log10(sigma))));
}

/** `± 0.24`, with the decimals its size asks for. */
export function plusMinus(sigma: number | null | undefined, decimals?: number): string {
  if (sigma === null || sigma === undefined || !Number.isFinite(sigma)) return '';
  return `±${THIN}${fixed(sigma, decimals ?? decimalsFor(sigma))}`;
}

/** `56–71`; one number when both round alike. */
export function span(low: number | null | undefined, high: number | null | undefined, decimals = 0): string {
  const [a, b] = [fixed(low, decimals), fixed(high, decimals)];
  return a === b ? a : `${a}–${b}`;
}

/** `10⁻¹⁰`, `3.2×10⁻⁷`; plain between 0.001 and 1000. */
export function scientific(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  let exponent = Math.floor(Math.log10(Math.abs(value)));
  let mantissa = (value / 10 ** exponent).toFixed(1);
  if (Math.abs(Number(mantissa)) >= 10) {
    exponent += 1;
    mantissa = (value / 10 ** exponent).toFixed(1);
  }
  if (exponent >= -3 && exponent < 3) return fixed(value, Math.max(0, 1 - exponent));
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
  const power = `10${exponent < 0 ? '⁻' : ''}${digits}`;
  return mantissa === '1.0' ? power : `${mantissa.replace('-', MINUS)}×${power}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three significant digits: `38.4 MB`. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return NONE;
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${fixed(value, decimals)} ${BYTE_UNITS[unit] ?? 'B'}`;
}

/** First and last digits of a digest; the whole of it stands in the element's title. */
export function shortDigest(hex: string): string {
  return hex.length <= 12 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

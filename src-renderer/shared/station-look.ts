import type { Token } from './plot/spec.ts';

export interface StationLook { readonly token: Token; readonly colour: string; readonly dashed: boolean }

const FIRST: StationLook = { token: '--station-a', colour: 'var(--station-a)', dashed: false };
const SECOND: StationLook = { token: '--station-b', colour: 'var(--station-b)', dashed: true };

/** The mission's first station is always solid and filled, its second always dashed and hollow. */
export const stationLook = (index: number): StationLook => (index === 0 ? FIRST : SECOND);

/** A station's name in three letters, where a column is narrow. */
export const shortName = (name: string): string => (name.length <= 4 ? name : `${name.slice(0, 3)}.`);

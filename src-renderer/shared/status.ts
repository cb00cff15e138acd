/** States of the console, each with a shape of its own, so that nobody needs the colour. */
export type Status = 'critical' | 'serious' | 'caution' | 'normal' | 'standby' | 'off';

/** Paths in a 12 by 12 box: triangle, diamond, square, circle, ring, dash. */
export const SHAPES: Readonly<Record<Status, string>> = {
  critical: 'M1 2h10L6 11z',
  serious: 'M6 .6 11.4 6 6 11.4.6 6z',
  caution: 'M1.6 1.6h8.8v8.8H1.6z',
  normal: 'M6 1.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6z',
  standby: 'M6 1.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6zm0 2.1a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z',
  off: 'M1.4 5h9.2v2H1.4z',
};

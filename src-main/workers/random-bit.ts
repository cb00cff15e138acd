import { randomBytes } from 'node:crypto';

/** Bits of the system's cryptographic source, drawn a block at a time. */
export function systemRandomBit(): () => 0 | 1 {
  let block = randomBytes(0);
  let used = 0;
  return () => {
    if (used === block.length * 8) {
      block = randomBytes(64);
      used = 0;
    }
    const bit = (block[used >> 3]! >> (used & 7)) & 1;
    used += 1;
    return bit === 1 ? 1 : 0;
  };
}

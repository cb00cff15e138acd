/** A seeded stream for tests (splitmix32): bits, integers below a bound, fractions. Not for keys. */
export function seededStream(seed: number) {
  let state = seed >>> 0;
  const word = () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return {
    word,
    bit: (): 0 | 1 => ((word() >>> 31) === 1 ? 1 : 0),
    fraction: () => word() / 2 ** 32,
    bits: (length: number) => Uint8Array.from({ length }, () => word() >>> 31),
  };
}

/** One byte's contribution: the reflected polynomial 0xEDB88320. @source IEEE 802.3, 3.2.9 */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ ((remainder & 1) * 0xedb88320);
  return remainder;
});

/** The checksum of Ethernet, PNG and gzip: it finds damage, it proves nothing about the sender. */
export function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) remainder = TABLE[(remainder ^ bytes[i]!) & 255]! ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}

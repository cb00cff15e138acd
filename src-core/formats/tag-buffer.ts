import type { TagRows } from './tag-columns.ts';

/** How many rows a late event may be moved back; farther than that it is dropped and counted. */
const REORDER_ROWS_MAX = 4096;

/** Growing columns that a record loop writes into; `length` rows are valid, `last` is their largest tick. */
export interface TagBuffer {
  ticks: Float64Array;
  channel: Uint8Array;
  length: number;
  last: number;
  reordered: number;
  out_of_order: number;
}

/** The most that a file's size alone makes us reserve (1.2 GB, untouched until filled); more grows as it comes. */
const FIRST_ROWS_MAX = 2 ** 27;

export function createTagBuffer(expected_rows: number): TagBuffer {
  const capacity = Math.min(expected_rows, FIRST_ROWS_MAX);
  return {
    ticks: new Float64Array(capacity), channel: new Uint8Array(capacity),
    length: 0, last: -Infinity, reordered: 0, out_of_order: 0,
  };
}

/** Makes room for `rows` more rows: doubling keeps the copying below one pass over the columns. */
export function reserveRows(buffer: TagBuffer, rows: number): void {
  const needed = buffer.length + rows;
  if (needed <= buffer.ticks.length) return;
  const capacity = Math.max(needed, 2 * buffer.ticks.length, 1024);
  const ticks = new Float64Array(capacity);
  const channel = new Uint8Array(capacity);
  ticks.set(buffer.ticks.subarray(0, buffer.length));
  channel.set(buffer.channel.subarray(0, buffer.length));
  buffer.ticks = ticks;
  buffer.channel = channel;
}

/** Appends one row for readers that are not on the fast path; room must have been reserved. */
export function appendRow(buffer: TagBuffer, tick: number, channel: number): void {
  if (tick < buffer.last) {
    insertLateRow(buffer, tick, channel);
    return;
  }
  buffer.ticks[buffer.length] = tick;
  buffer.channel[buffer.length] = channel;
  buffer.length += 1;
  buffer.last = tick;
}

/**
 * Puts an event that came late behind the rows that are not later than it. Recorders hand over
 * markers and channels of different modules slightly out of order; a long way back is a fault.
 */
export function insertLateRow(buffer: TagBuffer, tick: number, channel: number): void {
  const { ticks, channel: channels, length } = buffer;
  const stop = Math.max(0, length - REORDER_ROWS_MAX);
  let at = length;
  while (at > stop && ticks[at - 1]! > tick) at -= 1;
  if (at === stop && at > 0 && ticks[at - 1]! > tick) {
    buffer.out_of_order += 1;
    return;
  }
  ticks.copyWithin(at + 1, at, length);
  channels.copyWithin(at + 1, at, length);
  ticks[at] = tick;
  channels[at] = channel;
  buffer.length = length + 1;
  buffer.reordered += 1;
}

/**
 * Takes out the rows that no later event can move any more: those farther back than a late one may go. What stays is
 * enough for `insertLateRow` to decide as if nothing had been taken.
 */
export function takeSettledRows(buffer: TagBuffer): TagRows {
  const settled = Math.max(0, buffer.length - REORDER_ROWS_MAX - 1);
  const rows = { ticks: buffer.ticks.slice(0, settled), channel: buffer.channel.slice(0, settled) };
  buffer.ticks.copyWithin(0, settled, buffer.length);
  buffer.channel.copyWithin(0, settled, buffer.length);
  buffer.length -= settled;
  return rows;
}

/** The valid rows in buffers of exactly their size; the growing buffer is used up. */
export function takeColumns(buffer: TagBuffer): TagRows {
  const { length } = buffer;
  return { ticks: buffer.ticks.slice(0, length), channel: buffer.channel.slice(0, length) };
}

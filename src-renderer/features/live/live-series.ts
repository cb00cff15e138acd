import type { Frame } from '../../../src-contract/frames.ts';

/** A column that grows at its end; the room doubles, so that hours of telemetry cost no copying. */
class GrowingColumn {
  #room = new Float64Array(256);
  #length = 0;

  append(values: ArrayLike<number>, from: number): void {
    const added = values.length - from;
    if (added <= 0) return;
    if (this.#length + added > this.#room.length) {
      const larger = new Float64Array(Math.max(2 * this.#room.length, this.#length + added));
      larger.set(this.#room.subarray(0, this.#length));
      this.#room = larger;
    }
    for (let i = from; i < values.length; i += 1) this.#room[this.#length + i - from] = values[i] ?? NaN;
    this.#length += added;
  }

  get values(): Float64Array {
    return this.#room.subarray(0, this.#length);
  }
}

const NONE = new Float64Array();
/** Groups of columns that come whole each time; the others come in parts, each with a `t_s` of its own. */
const WHOLE = new Set(['rate', 'histogram', 'bell']);
const groupOf = (name: string) => name.slice(0, name.indexOf('.'));

/** What came of a pass so far, by the names of `live.readSeries`. */
export class LiveSeries {
  readonly #parts = new Map<string, GrowingColumn>();
  readonly #whole = new Map<string, Float64Array>();

  /** Rows that are there already, as after a crossed answer, are left out. */
  accept(frame: Frame): void {
    const from = new Map<string, number>();
    for (const { name, values } of frame.columns) {
      const group = groupOf(name);
      if (name !== `${group}.t_s` || WHOLE.has(group)) continue;
      const last = this.column(name).at(-1) ?? -Infinity;
      let row = 0;
      while (row < values.length && (values[row] ?? NaN) <= last) row += 1;
      from.set(group, row);
    }
    for (const { name, values } of frame.columns) {
      if (WHOLE.has(groupOf(name))) this.#whole.set(name, values);
      else this.#part(name).append(values, from.get(groupOf(name)) ?? 0);
    }
  }

  column(name: string): Float64Array {
    return this.#whole.get(name) ?? this.#parts.get(name)?.values ?? NONE;
  }

  /** Everything up to here is there; what comes next is later. */
  get through_t_s(): number {
    const ends = [...this.#parts].filter(([name]) => name.endsWith('.t_s')).map(([, column]) => column.values.at(-1) ?? -Infinity);
    return ends.length === 0 ? -Infinity : Math.min(...ends);
  }

  #part(name: string): GrowingColumn {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const made = new GrowingColumn();
    this.#parts.set(name, made);
    return made;
  }
}

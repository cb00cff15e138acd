const SHOWN_EVERY_MS = 1000;
/** A frame that took this long left out at least one of 60 a second. */
const DROPPED_MS = 34;

/** Counts the page's frames, so that a console that cannot keep up says so. */
export class FrameMeter {
  per_second = $state<number | null>(null);
  dropped = $state(0);
  #frames = 0;
  #since_ms = 0;
  #last_ms = 0;
  #handle = 0;

  /** Returns what ends it. */
  start(): () => void {
    const count = (now_ms: number) => {
      if (this.#last_ms === 0) this.#since_ms = now_ms;
      else if (now_ms - this.#last_ms > DROPPED_MS && !document.hidden) {
        this.dropped += Math.round((now_ms - this.#last_ms) / (1000 / 60)) - 1;
      }
      this.#last_ms = now_ms;
      this.#frames += 1;
      if (now_ms - this.#since_ms >= SHOWN_EVERY_MS) {
        this.per_second = Math.round((1000 * this.#frames) / (now_ms - this.#since_ms));
        this.#frames = 0;
        this.#since_ms = now_ms;
      }
      this.#handle = requestAnimationFrame(count);
    };
    this.#handle = requestAnimationFrame(count);
    return () => cancelAnimationFrame(this.#handle);
  }
}

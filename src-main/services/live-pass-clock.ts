/** The pass's own time: what stations' messages say, carried on between them at the speed they come. */
export interface PassClock {
  /** The newest time any station has said. */
  readonly hear: (utc_ms: number) => void;
  readonly now_utc_ms: () => number;
  /** The same at the wall's own pace: where a fast pass surely stands, whatever comes late. */
  readonly surely_utc_ms: () => number;
  /** Seconds of the pass a second of the wall: 1 but for a simulated pass. */
  readonly speed: () => number;
}

interface PassClockDeps {
  /** Time that only grows: the workstation's clock may jump. */
  readonly elapsed_ms: () => number;
  /** What holds before the first message. */
  readonly begin_utc_ms: number;
}

/** Over this much of the wall the speed is taken. */
const WINDOW_MS = 4000;
const WINDOW_MS_MIN = 1500;
/** A speed this close to a whole one is that one: messages come in bunches. */
const WHOLE_SHARE = 0.12;
const SPEED_MAX = 1000;

interface Heard { readonly elapsed_ms: number; readonly utc_ms: number }

export function createPassClock({ elapsed_ms, begin_utc_ms }: PassClockDeps): PassClock {
  let heard: Heard[] = [];
  let anchor: Heard = { elapsed_ms: elapsed_ms(), utc_ms: begin_utc_ms };
  let speed = 1;
  return {
    hear: (utc_ms) => {
      const now: Heard = { elapsed_ms: elapsed_ms(), utc_ms };
      if (heard.length > 0 && utc_ms <= anchor.utc_ms) return;
      anchor = now;
      heard = [...heard.filter((one) => now.elapsed_ms - one.elapsed_ms <= WINDOW_MS), now];
      const first = heard[0]!;
      const span_ms = now.elapsed_ms - first.elapsed_ms;
      if (span_ms >= WINDOW_MS_MIN) speed = wholeSpeed((now.utc_ms - first.utc_ms) / span_ms);
    },
    now_utc_ms: () => anchor.utc_ms + (elapsed_ms() - anchor.elapsed_ms) * speed,
    surely_utc_ms: () => anchor.utc_ms + (elapsed_ms() - anchor.elapsed_ms),
    speed: () => speed,
  };
}

function wholeSpeed(measured: number): number {
  const whole = Math.max(1, Math.round(measured));
  const speed = Math.abs(measured / whole - 1) <= WHOLE_SHARE ? whole : measured;
  return Math.min(SPEED_MAX, Math.max(0.01, speed));
}

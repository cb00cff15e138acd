import type { ToHostProcess, ToShell } from './process-messages.ts';

/** The part of Electron's UtilityProcess used here; `Port` is its MessagePortMain. */
export interface HostChild<Port> {
  readonly postMessage: (message: ToHostProcess, transfer?: Port[]) => void;
  readonly onMessage: (listener: (message: ToShell) => void) => void;
  readonly onExit: (listener: (code: number) => void) => void;
  readonly kill: () => void;
}

export interface SupervisorDeps<Port> {
  readonly fork: () => HostChild<Port>;
  /** Runs `act` later; the returned function calls it off. */
  readonly after: (delay_ms: number, act: () => void) => () => void;
  readonly elapsed_ms: () => number;
  /** The host serves: connect every page to it. */
  readonly onServing: () => void;
  readonly onMessage: (message: ToShell) => void;
  /** The host ended unasked and comes back after the delay. */
  readonly onLost: (code: number, delay_ms: number) => void;
}

export interface HostSupervisor<Port> {
  readonly start: () => void;
  /** False when no host serves at the moment. */
  readonly send: (message: ToHostProcess, transfer?: Port[]) => boolean;
  /** Asks the host to close, waits, and ends it if it does not. */
  readonly stop: () => Promise<void>;
}

const RESTART_MS = { first: 250, longest: 10_000 };
/** A host that served this long was healthy: the next fall starts from the short delay again. */
const HEALTHY_MS = 60_000;
const CLOSE_WAIT_MS = 5000;

/** Keeps one host process alive, with growing pauses between falls. */
export function createHostSupervisor<Port>(deps: SupervisorDeps<Port>): HostSupervisor<Port> {
  let child: HostChild<Port> | null = null;
  let serving = false;
  let started_ms = 0;
  let delay_ms = RESTART_MS.first;
  let callOff = () => { /* No restart is due. */ };
  let ended: PromiseWithResolvers<undefined> | null = null;
  let hopeless = false;

  function start(): void {
    const own = deps.fork();
    child = own;
    started_ms = deps.elapsed_ms();
    own.onMessage((message) => {
      if (message.kind === 'serving') {
        serving = true;
        deps.onServing();
        return;
      }
      hopeless ||= message.kind === 'refused';
      deps.onMessage(message);
    });
    own.onExit((code) => {
      child = null;
      serving = false;
      if (ended !== null) ended.resolve(undefined);
      else if (!hopeless) fallen(code);
    });
  }

  function fallen(code: number): void {
    if (deps.elapsed_ms() - started_ms >= HEALTHY_MS) delay_ms = RESTART_MS.first;
    deps.onLost(code, delay_ms);
    callOff = deps.after(delay_ms, start);
    delay_ms = Math.min(2 * delay_ms, RESTART_MS.longest);
  }

  return {
    start,
    send: (message, transfer) => {
      if (child === null || !serving) return false;
      child.postMessage(message, transfer);
      return true;
    },
    stop: async () => {
      callOff();
      if (child === null) return;
      const own = child;
      ended ??= Promise.withResolvers<undefined>();
      own.postMessage({ kind: 'close' });
      const callOffKill = deps.after(CLOSE_WAIT_MS, () => own.kill());
      await ended.promise;
      callOffKill();
    },
  };
}

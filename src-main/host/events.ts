import { hostEvent, type HostEvent } from '../../src-contract/events.ts';
import type { ReportIncident } from './dispatch.ts';

/** A subscriber that pulls at its own speed: a socket, a port. */
interface EventSubscription {
  /** Next event; `dropped` once when some were missed; undefined when there is none. */
  readonly next: () => HostEvent | 'dropped' | undefined;
  readonly close: () => void;
}

export interface EventHub {
  readonly publish: (event: HostEvent) => void;
  /** `wake` is called after each event: pull then, or later. */
  readonly open: (wake: () => void) => EventSubscription;
  readonly subscribe: (listener: (event: HostEvent) => void) => () => void;
}

/** What a shell may do with the host's events. */
export type HostEvents = Pick<EventHub, 'open' | 'subscribe'>;

const QUEUE_LENGTH_MAX = 256;

/**
 * Events tell that a thing changed and how it stands now, so a newer one of the same thing replaces an
 * older one that nobody took yet; only a flood of different things overflows, and then the subscriber is told.
 */
export function createEventHub(reportIncident: ReportIncident, queue_length_max = QUEUE_LENGTH_MAX): EventHub {
  const subscribers = new Set<(event: HostEvent) => void>();

  function open(wake: () => void): EventSubscription {
    const queue = new Map<string, HostEvent>();
    let dropped = false;
    const receive = (event: HostEvent) => {
      const subject = subjectOf(event);
      queue.delete(subject);
      if (queue.size >= queue_length_max) {
        queue.clear();
        dropped = true;
      }
      queue.set(subject, event);
      wake();
    };
    subscribers.add(receive);
    return {
      next: () => {
        if (dropped) {
          dropped = false;
          return 'dropped';
        }
        for (const [subject, event] of queue) {
          queue.delete(subject);
          return event;
        }
        return undefined;
      },
      close: () => {
        subscribers.delete(receive);
        queue.clear();
      },
    };
  }

  function subscribe(listener: (event: HostEvent) => void): () => void {
    const subscription = open(() => {
      for (let event = subscription.next(); event !== undefined; event = subscription.next()) {
        if (event !== 'dropped') listener(event);
      }
    });
    return subscription.close;
  }

  function publish(event: HostEvent): void {
    const checked = hostEvent.safeParse(event);
    if (!checked.success) {
      reportIncident(new TypeError(`Event outside its contract: ${checked.error.message}`));
      return;
    }
    for (const receive of [...subscribers]) {
      try {
        receive(checked.data);
      } catch (cause) {
        reportIncident(cause); // One broken listener must not silence the others.
      }
    }
  }

  return { publish, open, subscribe };
}

/** Most events tell how one thing stands; these of one among several. */
function subjectOf(event: HostEvent): string {
  if (event.type === 'job.changed') return `job ${event.job.job_id}`;
  if (event.type === 'archive.changed') return `pass ${event.pass_id}`;
  if (event.type === 'notices.passNear') return `notice ${event.notice.notice_id}`;
  if (event.type === 'keys.changed') return `key ${event.key_id}`;
  return event.type;
}

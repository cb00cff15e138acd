import { z } from 'zod';
import { alarmList } from './alarm.ts';
import { keyId } from './key.ts';
import { liveView } from './live.ts';
import { passNotice } from './notices.ts';
import { jobView } from './operations.ts';
import { passId } from './quantities.ts';

/** Everything the host says unasked. Validated before it leaves, like a reply. */
export const hostEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('job.changed'), job: jobView }),
  z.strictObject({ type: z.literal('archive.changed'), pass_id: passId }),
  z.strictObject({ type: z.literal('elements.changed') }),
  z.strictObject({ type: z.literal('sources.changed') }),
  z.strictObject({ type: z.literal('weather.changed') }),
  z.strictObject({ type: z.literal('schedule.changed') }),
  /** A planned pass has come within one of the mission's leads; once a pass and lead. */
  z.strictObject({ type: z.literal('notices.passNear'), notice: passNotice }),
  z.strictObject({ type: z.literal('keys.changed'), key_id: keyId }),
  /** At most twice a second while a pass is on. */
  z.strictObject({ type: z.literal('live.changed'), live: liveView }),
  z.strictObject({ type: z.literal('alarms.changed'), alarms: alarmList }),
  /** The meeting with the other console: its setting, its secret, or an exchange begun or ended. */
  z.strictObject({ type: z.literal('channel.changed') }),
  /** Keys for applications: the setting, the service, or a piece given out. */
  z.strictObject({ type: z.literal('delivery.changed') }),
]);

export type HostEvent = z.output<typeof hostEvent>;

import type { PlannedPassView } from '../../src-contract/schedule.ts';
import type { Status } from './status.ts';

/** Shape and colour of a planned pass; its word is the state itself. */
export const PLANNED: Readonly<Record<PlannedPassView['state'], Status>> = {
  proposed: 'standby', approved: 'normal', armed: 'normal', live: 'normal', recorded: 'standby', processed: 'normal',
  archived: 'normal', aborted: 'caution', cancelled: 'off',
};

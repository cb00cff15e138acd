import type { Live } from '../features/live/live.svelte.ts';
import type { Command } from '../shared/commands.svelte.ts';

interface LiveActions {
  readonly live: () => Live;
  readonly hold: () => void;
  readonly abort: () => void;
  readonly stop: () => void;
  readonly note: () => void;
  readonly start: () => void;
  readonly canStart: () => boolean;
  readonly fly: () => void;
  /** Only the demo flies simulated passes. */
  readonly demo: () => boolean;
}

/** What keys do while Live is shown; alarms are answered from every view. */
export function liveCommands({ live, hold, abort, stop, note, start, canStart, fly, demo }: LiveActions): readonly Command[] {
  const on = () => live().pass !== null;
  return [
    { id: 'hold-plots', title: 'Hold the plots, or let them go on', group: 'Live', keys: [' '], hint: 'hold plots', enabled: on,
      run: () => { const of = live(); of.held = !of.held; } },
    { id: 'note', title: 'Note in the event log…', group: 'Live', keys: ['e'], hint: 'note', enabled: on, run: note },
    { id: 'hold', title: 'Hold the pass, or release it…', group: 'Live', keys: ['h'], hint: 'hold', enabled: on, run: hold },
    { id: 'abort', title: 'Abort the pass…', group: 'Live', enabled: on, run: abort },
    { id: 'stop-recording', title: 'End the recording…', group: 'Live', enabled: on, run: stop },
    { id: 'start-recording', title: 'Record the approved pass now…', group: 'Live', keys: ['r'], hint: 'record', enabled: canStart,
      run: start },
    { id: 'fly-live', title: 'Fly a pass live on the simulator…', group: 'Live', keys: ['f'], hint: 'fly', enabled: demo, run: fly },
  ];
}

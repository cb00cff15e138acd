import type { LiveOrder } from './live.svelte.ts';

/** What a dialog asks for before an order goes to the pass. */
export interface OrderForm {
  readonly what: 'start' | 'stop' | 'hold' | 'release' | 'abort' | 'note' | 'answer';
  readonly pass_id: string;
  readonly title: string;
  readonly verb: string;
  readonly text: string;
  /** What the line of words is called; null where none is asked for. */
  readonly words: string | null;
  readonly item_id?: string;
}

interface Said {
  readonly who: string;
  readonly words: string;
  readonly answer: 'go' | 'no-go' | 'accepted' | 'open';
  readonly mode: 'qkd' | 'bell';
}

export function orderOf({ what, pass_id, item_id = '' }: OrderForm, { who, words, answer, mode }: Said): LiveOrder {
  switch (what) {
    case 'start':
      return { action: 'start', pass_id, who, mode };
    case 'stop':
    case 'release':
      return { action: what, pass_id, who };
    case 'hold':
    case 'abort':
      return { action: what, pass_id, who, why: words };
    case 'note':
      return { action: 'note', pass_id, who, text: words };
    case 'answer':
      return { action: 'answer', pass_id, item_id, answer, note: words, who };
  }
}

export function startForm(pass_id: string): OrderForm {
  return { what: 'start', pass_id, title: `Record ${pass_id} now`, verb: 'Record', words: null,
    text: 'An approved pass begins by itself before its window; this begins it at once. Stations are told to prepare.' };
}

export function holdForm(pass_id: string): OrderForm {
  return { what: 'hold', pass_id, title: 'Hold the pass', verb: 'Hold', words: 'Reason',
    text: 'Stations stay where they are and recording goes on; everybody sees who holds and why.' };
}

export function releaseForm(pass_id: string): OrderForm {
  return { what: 'release', pass_id, title: 'Release the hold', verb: 'Release', words: null, text: 'The pass goes on.' };
}

export function abortForm(pass_id: string): OrderForm {
  return { what: 'abort', pass_id, title: 'Abort the pass', verb: 'Abort', words: 'Reason',
    text: 'Both stations are told to stop. What is recorded so far is kept and sealed; the window does not come back.' };
}

export function stopForm(pass_id: string): OrderForm {
  return { what: 'stop', pass_id, title: 'End the recording', verb: 'End recording', words: null,
    text: 'The pass file is sealed with what has come, and processing begins.' };
}

export function noteForm(pass_id: string): OrderForm {
  return { what: 'note', pass_id, title: 'Note in the event log', verb: 'Add note', words: 'Note',
    text: 'It is kept with the pass, under your name and the present time.' };
}

export function answerForm(pass_id: string,
  item: { readonly item_id: string; readonly label: string; readonly finding: string }): OrderForm {
  return { what: 'answer', pass_id, item_id: item.item_id, title: item.label, verb: 'Answer', words: 'Remark, if any',
    text: item.finding === '' ? 'Nothing was reported by the stations; the answer is yours.' : `Seen: ${item.finding}.` };
}

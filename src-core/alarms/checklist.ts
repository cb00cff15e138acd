// The go/no-go list of a pass: what telemetry can answer answers itself, the rest is asked of people by name.
import { judgeItem, type CheckFacts, type CheckItem, type CheckSubject } from './check-rules.ts';

/** One line of the list as the mission file has it; one for each station where `per_station` says so. */
export interface CheckDefinition {
  readonly item_id: string;
  readonly label: string;
  readonly about: CheckSubject;
  readonly per_station: boolean;
  readonly kind: 'automatic' | 'manual';
}

/** What people said, oldest first; of one item the last word counts. */
export interface CheckAnswer {
  readonly item_id: string;
  readonly answer: CheckItem['answer'];
  readonly note: string;
  readonly who: string;
  readonly at_utc_ms: number;
}

/** The whole list as it stands. Automatic lines judge the facts afresh; a name overrules them, and stays beside them. */
export function evaluateChecklist(
  definition: readonly CheckDefinition[], facts: CheckFacts, answers: readonly CheckAnswer[],
): CheckItem[] {
  const said = new Map(answers.map((answer) => [answer.item_id, answer]));
  return definition.flatMap((line) => {
    const stations = line.per_station ? facts.stations : [null];
    return stations.map((station) => {
      const item_id = station === null ? line.item_id : `${line.item_id}-${station.id}`;
      const label = station === null ? line.label : `${line.label} ${station.name}`;
      const item = { item_id, label, station: station?.id ?? null, kind: line.kind };
      const answer = said.get(item_id) ?? null;
      if (line.kind === 'manual') return { ...item, ...spoken(answer) };
      return { ...item, ...overruled(judgeItem(line.about, facts, station), answer) };
    });
  });
}

type Answered = Pick<CheckItem, 'answer' | 'finding' | 'who' | 'at_utc_ms'>;

/** Manual lines hold what was said last; taking an answer back opens the line again, with the name that did it. */
function spoken(answer: CheckAnswer | null): Answered {
  if (answer === null) return { answer: 'open', finding: '', who: null, at_utc_ms: null };
  return { answer: answer.answer, finding: answer.note, who: answer.who, at_utc_ms: answer.at_utc_ms };
}

/** A name can accept what a machine would not, and stop what a machine would let pass; never turn no-go into go. */
function overruled(judged: Answered, answer: CheckAnswer | null): Answered {
  if (answer === null || answer.answer === 'open' || answer.answer === 'go') return judged;
  const note = answer.note === '' ? judged.finding : `${judged.finding}; ${answer.note}`;
  const spokenOf = { finding: note, who: answer.who, at_utc_ms: answer.at_utc_ms };
  if (answer.answer === 'no-go') return { ...spokenOf, answer: 'no-go' };
  return judged.answer === 'go' ? judged : { ...spokenOf, answer: 'accepted' };
}

export interface Poll {
  readonly go: number;
  readonly of: number;
  readonly verdict: 'go' | 'no-go' | 'open';
}

/** What the list says together: one no-go stops, one open line keeps it open; what was accepted counts as go. */
export function pollOf(items: readonly Pick<CheckItem, 'answer'>[]): Poll {
  const go = items.filter(({ answer }) => answer === 'go' || answer === 'accepted').length;
  const stopped = items.some(({ answer }) => answer === 'no-go');
  return { go, of: items.length, verdict: stopped ? 'no-go' : go === items.length ? 'go' : 'open' };
}

/** The list of a mission that names none, in the order it is polled. */
export const DEFAULT_CHECKLIST: readonly CheckDefinition[] = [
  { item_id: 'elements', label: 'Elements', about: 'elements', per_station: false, kind: 'automatic' },
  { item_id: 'source', label: 'Source', about: 'source', per_station: false, kind: 'manual' },
  { item_id: 'sky', label: 'Sky', about: 'sky', per_station: true, kind: 'automatic' },
  { item_id: 'dome', label: 'Dome', about: 'dome', per_station: true, kind: 'manual' },
  { item_id: 'detectors', label: 'Detectors', about: 'detectors', per_station: true, kind: 'automatic' },
  { item_id: 'clocks', label: 'TDC, PPS both', about: 'clocks', per_station: false, kind: 'automatic' },
  { item_id: 'recorder', label: 'Recorder, broker', about: 'recorder', per_station: false, kind: 'automatic' },
  { item_id: 'hwp-tables', label: 'HWP tables', about: 'hwp-tables', per_station: false, kind: 'automatic' },
  { item_id: 'people', label: 'People', about: 'people', per_station: false, kind: 'manual' },
];

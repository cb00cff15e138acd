import { fixed } from '../shared/numbers.ts';
import { shortDigest } from '../shared/numbers.ts';
import type { ViewName } from './route.svelte.ts';
import type { Workspace } from './session.svelte.ts';

/** What the footer says about where a view's numbers come from. */
export function footerFacts(view: ViewName, { plan, passes, mission }: Workspace): readonly string[] {
  return view === 'plan' ? planFacts(plan) : passFacts(passes, mission);
}

function planFacts({ nights }: Workspace['plan']): readonly string[] {
  const found = nights.value;
  if (found === null) return ['Windows: none yet'];
  const full = found.nights.filter(({ windows }) => windows.length > 0).length;
  return [
    `Windows: ${found.nights.length} nights, ${full} with a window`,
    `computed in ${fixed(found.computed_in_ms)} ms`,
    'elevation geometric, refraction off',
  ];
}

function passFacts({ list, shown, detail }: Workspace['passes'], { custody }: Workspace['mission']): readonly string[] {
  const all = list.value?.length ?? 0;
  const file = detail.value?.file_name;
  return [
    `${shown.length} of ${all} passes shown`,
    ...(file === undefined ? [] : [`pass file ${file.length > 48 ? shortDigest(file) : file}`]),
    ...(custody === 'analysis' ? ['custody: analysis, not for delivery'] : []),
  ];
}

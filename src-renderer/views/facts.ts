import { elevationWord } from '../shared/elevation.ts';
import { fixed } from '../shared/numbers.ts';
import { shortDigest } from '../shared/numbers.ts';
import type { FrameMeter } from '../features/live/frame-meter.svelte.ts';
import type { ViewName } from './route.svelte.ts';
import type { Workspace } from './session.svelte.ts';

/** What the footer says about where a view's numbers come from. */
export function footerFacts(view: ViewName, workspace: Workspace, meter: FrameMeter): readonly string[] {
  switch (view) {
    case 'plan':
      return planFacts(workspace.plan, workspace.mission);
    case 'live':
      return liveFacts(workspace.live, meter);
    case 'keys':
      return ['no bit of a key is on this page', 'lengths of different definitions are not to be compared'];
    case 'passes':
      return passFacts(workspace.passes, workspace.mission);
  }
}

function liveFacts({ pass, held }: Workspace['live'], { per_second, dropped }: FrameMeter): readonly string[] {
  if (pass === null) return ['No pass is on'];
  const { stations } = pass;
  const of = (count: (station: (typeof stations)[number]['completeness']) => number) =>
    stations.reduce((sum, { completeness }) => sum + count(completeness), 0);
  return [
    held ? 'plots held' : `plots ${fixed(per_second)} frames/s`,
    dropped === 0 ? 'no frame dropped' : `frames dropped: ${fixed(dropped)}`,
    `batches ${stations.map(({ completeness }) => fixed(completeness.batches)).join(' / ')}, asked again `
      + `${fixed(of(({ requested_again }) => requested_again))}, missing ${fixed(of(({ missing }) => missing))}`,
    `custody: ${pass.custody}${pass.simulated ? ', simulated' : ''}`,
  ];
}

function planFacts({ nights }: Workspace['plan'], mission: Workspace['mission']): readonly string[] {
  const found = nights.value;
  if (found === null) return ['Windows: none yet'];
  const full = found.nights.filter(({ windows }) => windows.length > 0).length;
  return [
    `Windows: ${found.nights.length} nights, ${full} with a window`,
    `computed in ${fixed(found.computed_in_ms)} ms`,
    `elevation ${elevationWord(mission.stations)}`,
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

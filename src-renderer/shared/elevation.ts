import type { MissionView } from '../../src-contract/operations.ts';

/** How the stations count elevation, in the word that stands beside every one shown. */
export function elevationWord(stations: MissionView['stations']): string {
  return [...new Set(stations.map(({ elevation }) => elevation))].join(' / ');
}

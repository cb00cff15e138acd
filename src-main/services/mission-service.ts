import { statfs } from 'node:fs/promises';
import type { MissionFile } from '../../src-contract/mission.ts';
import { createStation } from '../../src-core/orbit/look.ts';
import { ok } from '../../src-core/result.ts';
import type { MissionPort } from './ports.ts';

export interface MissionServiceDeps {
  readonly mission: MissionFile;
  readonly directory: string;
  readonly demo: boolean;
  readonly code_version: string;
  readonly now_utc_ms: () => number;
}

/** What the mission is, and what time it is there. */
export function createMissionService(deps: MissionServiceDeps): MissionPort {
  const { mission } = deps;
  return {
    describeMission: () =>
      ok({
        mission_id: mission.id,
        name: mission.name,
        custody: mission.custody,
        satellite: mission.satellite,
        stations: mission.stations.map((station) => ({
          id: station.id,
          name: station.name,
          latitude_deg: station.latitude_deg,
          longitude_deg: station.longitude_deg,
          altitude_m: station.altitude_m,
          min_elevation_deg: station.min_elevation_deg,
          elevation: station.elevation ?? 'geometric',
          horizon: station.horizon ?? [],
          utc_offset_h: mission.local_time.utc_offset_h,
        })),
        baseline_km: baselineKm(mission),
        sun_elevation_deg_max: mission.night.sun_elevation_deg_max,
        local_time_name: mission.local_time.name,
        gate_ns: mission.gate.width_ns,
        elements_age_days_max: mission.limits.elements_age_days_max,
        qber_edge: mission.limits.qber_edge,
        demo: deps.demo,
        code_version: deps.code_version,
      }),
    readClock: async () =>
      ok({
        utc_ms: deps.now_utc_ms(),
        simulated: deps.demo,
        disk_free_bytes: await diskFreeBytes(deps.directory),
      }),
  };
}

/** Straight distance between the stations. */
function baselineKm({ stations: [a, b] }: MissionFile): number {
  const [p, q] = [createStation(a).position_pef_km, createStation(b).position_pef_km];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** Null where the file system does not say; a status bar shows a dash then, not a guess. */
async function diskFreeBytes(directory: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}

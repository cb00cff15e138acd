import { z } from 'zod';
import { missionFile } from '../../src-contract/mission.ts';

const named = z.object({ id: missionFile.shape.id });

/** The id names the mission's folder; a file without one is refused with its reason when the host reads it. */
export function missionId(read: () => string): string {
  try {
    const parsed = named.safeParse(JSON.parse(read()));
    return parsed.success ? parsed.data.id : 'unnamed';
  } catch {
    return 'unnamed';
  }
}

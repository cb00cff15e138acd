import { missionFile, type MissionFile } from '../../src-contract/mission.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { explainIssues, parseJsonText } from '../pipeline/json-text.ts';
import { readTextFile } from './text-file.ts';

/** Reads and validates a mission file; every error names the file and the line or field. */
export async function readMissionFile(path: string): Promise<Result<MissionFile, OperationError>> {
  const text = await readTextFile(path);
  return text.ok ? parseMissionText(text.value, path) : text;
}

export function parseMissionText(text: string, path: string): Result<MissionFile, OperationError> {
  const json = parseJsonText(text, path);
  if (!json.ok) return json;
  const parsed = missionFile.safeParse(json.value);
  if (!parsed.success)
    return err({ type: 'InvalidFile', where: path, message: explainIssues(parsed.error.issues, text) });
  return ok(parsed.data);
}

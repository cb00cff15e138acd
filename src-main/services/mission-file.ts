import { readFile } from 'node:fs/promises';
import { missionFile, type MissionFile } from '../../src-contract/mission.ts';
import type { OperationError } from '../../src-contract/errors.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { explainIssues, parseJsonText } from '../pipeline/json-text.ts';

/** Reads and validates a mission file; every error names the file and the line or field. */
export async function readMissionFile(path: string): Promise<Result<MissionFile, OperationError>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    return err({
      type: 'InvalidFile',
      where: path,
      message: `mission file cannot be read (${code}); name another with --mission-file`,
    });
  }
  return parseMissionText(text, path);
}

export function parseMissionText(text: string, path: string): Result<MissionFile, OperationError> {
  const json = parseJsonText(text, path);
  if (!json.ok) return json;
  const parsed = missionFile.safeParse(json.value);
  if (!parsed.success) return err({ type: 'InvalidFile', where: path, message: explainIssues(parsed.error.issues) });
  return ok(parsed.data);
}

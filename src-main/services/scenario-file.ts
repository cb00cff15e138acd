import { join } from 'node:path';
import type { OperationError } from '../../src-contract/errors.ts';
import { scenarioFile, type ScenarioFile } from '../../src-contract/scenario.ts';
import { err, ok, type Result } from '../../src-core/result.ts';
import { explainIssues, parseJsonText } from '../pipeline/json-text.ts';
import { SHIPPED_SCENARIOS } from './shipped-files.ts';
import { readTextFile } from './text-file.ts';

const NAME = /^[a-z][a-z0-9-]*$/;

/** A scenario by the name of one that ships, or by its file. */
export async function readScenario(name_or_path: string): Promise<Result<ScenarioFile, OperationError>> {
  const path = NAME.test(name_or_path) ? join(SHIPPED_SCENARIOS, `${name_or_path}.json`) : name_or_path;
  const text = await readTextFile(path);
  if (!text.ok) return text;
  const json = parseJsonText(text.value, path);
  if (!json.ok) return json;
  const parsed = scenarioFile.safeParse(json.value);
  if (!parsed.success) return err({ type: 'InvalidFile', where: path, message: explainIssues(parsed.error.issues, text.value) });
  return ok(parsed.data);
}

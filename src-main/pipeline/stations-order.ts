import type { MissionFile } from '../../src-contract/mission.ts';
import type { ScenarioFile } from '../../src-contract/scenario.ts';
import type { ElementText } from './element-text.ts';

/** What a pair of simulated stations is to fly, and where. */
export interface StationsOrder {
  readonly mission: MissionFile;
  readonly elements: ElementText;
  readonly url: string;
  /** A station signs in under its own name. */
  readonly credentials: { readonly password?: string };
  readonly scenario: ScenarioFile;
  readonly pass_id: string;
  readonly start_utc_ms: number;
  readonly end_utc_ms: number;
  readonly lead_s: number;
  readonly wait_for_prepare: boolean;
  readonly seed: number;
  readonly brightness: number;
  readonly mode: 'qkd' | 'bell';
  readonly speed: number;
  readonly linger_s: number;
}

import type { OperationError } from '../../src-contract/errors.ts';
import type { Result } from '../../src-core/result.ts';
import type { ClickNews } from './station-reader.ts';
import type { ClickOrder, SurveyedFile } from './station-place.ts';

/** What a station's thread is asked for. */
export type StationWish =
  | { readonly kind: 'survey' }
  | { readonly kind: 'clicks'; readonly order: ClickOrder }
  /** A piece was taken: there is room for another. */
  | { readonly kind: 'taken' };

/** What it says. */
export type StationNews =
  | ClickNews
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'surveyed'; readonly result: Result<SurveyedFile, OperationError> }
  | { readonly kind: 'threw'; readonly account: string };

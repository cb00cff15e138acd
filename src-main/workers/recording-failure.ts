import type { OperationError } from '../../src-contract/errors.ts';
import { describeRecordingFileError, type RecordingFileError } from '../store/recording-files.ts';

/** What a recording's files did wrong, as operations answer it. */
export function fileFailure(error: RecordingFileError): OperationError {
  return error.type === 'Cancelled' ? error : { type: 'InvalidFile', ...describeRecordingFileError(error) };
}

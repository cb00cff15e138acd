import { describeError, type OperationError } from '../../src-contract/errors.ts';

/** FORMATS section 1: what a script may rely on. 130 is the shell's own code for an interrupt. */
export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  invalid: 3,
  not_possible: 4,
  refused: 5,
  interrupted: 130,
} as const;

/** A command that ends early: thrown by commands, turned into an exit code in one place. */
export class CommandFailure extends Error {
  readonly exit_code: number;

  constructor(message: string, exit_code: number) {
    super(message);
    this.name = 'CommandFailure';
    this.exit_code = exit_code;
  }
}

export const usageError = (message: string) => new CommandFailure(message, EXIT.usage);

export function failureOf(error: OperationError): CommandFailure {
  return new CommandFailure(describeError(error), exitCodeOfType(error.type));
}

export function exitCodeOfType(type: OperationError['type'] | null): number {
  switch (type) {
    case null:
    case 'UnknownOperation':
    case 'Internal':
      return EXIT.internal;
    case 'InvalidInput':
      return EXIT.usage;
    case 'InvalidFile':
    case 'NotFound':
      return EXIT.invalid;
    case 'NotPossible':
      return EXIT.not_possible;
    case 'Refused':
      return EXIT.refused;
    case 'Cancelled':
      return EXIT.interrupted;
  }
}

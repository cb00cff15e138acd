import packageFile from '../package.json' with { type: 'json' };

/** The version that makes a verdict: package.json's, the one place that says it. */
export const CODE_VERSION = packageFile.version;

#!/usr/bin/env node
import './guard.js';

// A reader that stops early (`| head`) is no fault of ours and no reason for a stack trace.
process.stdout.on('error', (cause) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
// Nobody reads the progress any more: the work goes on.
process.stderr.on('error', (cause) => { if (cause.code !== 'EPIPE') process.exit(1); });
const { main } = await import('../src-main/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));

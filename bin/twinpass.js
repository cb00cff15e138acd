#!/usr/bin/env node
import './guard.js';

const { main } = await import('../src-main/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));

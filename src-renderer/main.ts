import { startConsole } from './start.ts';
import { connectToHost } from './transport/connect.ts';

const target = document.getElementById('console');
if (target !== null) void startConsole(connectToHost(window), target);

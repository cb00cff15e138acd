import { BRIDGE_NAME } from '../src-contract/carrier.ts';
import { browserDesktop, NO_DESKTOP } from './features/notices/desktop.ts';
import { startConsole } from './start.ts';
import { connectToHost } from './transport/connect.ts';

/** The desktop shell speaks by itself; a browser does where it can. */
const desktop = BRIDGE_NAME in window || !('Notification' in window) ? NO_DESKTOP
  : browserDesktop(Notification, () => window.focus());

const target = document.getElementById('console');
if (target !== null) void startConsole(connectToHost(window), desktop, target);

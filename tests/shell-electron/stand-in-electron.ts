import { EventEmitter } from 'node:events';
import type { ElectronParts } from '../../src-main/shell-electron/shell.ts';

/** What the shell did to Electron, in words. */
interface Deeds {
  readonly windows: StandInWindow[];
  readonly children: StandInProcess[];
  readonly dialogs: string[];
  readonly blockers: Set<number>;
  readonly notices: StandInNotification[];
  readonly app: StandInApp;
  readonly ipc: EventEmitter;
  readonly schemes: unknown[];
  readonly handled: Map<string, (request: Request) => Promise<Response>>;
  permission: boolean | null;
  permission_checked: boolean | null;
  menu: boolean;
  quits: number;
}

type StandInApp = EventEmitter & { readonly isPackaged: boolean };

export class StandInContents extends EventEmitter {
  readonly posted: (readonly [string, unknown, readonly unknown[]])[] = [];
  open: unknown = null;
  postMessage(channel: string, message: unknown, ports: readonly unknown[]): void { this.posted.push([channel, message, ports]); }
  setWindowOpenHandler(decide: (details: unknown) => unknown): void { this.open = decide({ url: 'https://evil.example' }); }
}

class StandInWindow extends EventEmitter {
  readonly webContents = new StandInContents();
  readonly loaded: string[] = [];
  readonly options: Record<string, unknown>;
  focused = 0;
  reloads = 0;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return Promise.resolve();
  }
  isMinimized(): boolean { return false; }
  isDestroyed(): boolean { return false; }
  focus(): void { this.focused += 1; }
  reload(): void { this.reloads += 1; }
}

class StandInProcess extends EventEmitter {
  readonly heard: (readonly [unknown, readonly unknown[] | undefined])[] = [];
  readonly file: string;
  readonly given: readonly string[];
  constructor(file: string, given: readonly string[]) {
    super();
    this.file = file;
    this.given = given;
  }
  postMessage(message: unknown, transfer?: readonly unknown[]): void { this.heard.push([message, transfer]); }
  kill(): void { this.emit('exit', 15); }
}

class StandInNotification extends EventEmitter {
  shown = 0;
  readonly said: { readonly title: string; readonly body: string };
  constructor(said: { title: string; body: string }) {
    super();
    this.said = said;
  }
  show(): void { this.shown += 1; }
}

/** The parts of Electron the shell touches, without Electron: events are real, deeds are remembered. */
export function createStandInElectron({ locked = true, notifies = true } = {}) {
  const app: StandInApp = Object.assign(new EventEmitter(), {
    isPackaged: true,
    requestSingleInstanceLock: () => locked,
    enableSandbox: () => undefined,
    whenReady: () => Promise.resolve(),
    quit: () => {
      deeds.quits += 1;
      const event = { defaultPrevented: false, preventDefault: () => { event.defaultPrevented = true; } };
      app.emit('before-quit', event);
      if (!event.defaultPrevented) app.emit('quit');
    },
  });
  const deeds: Deeds = {
    windows: [], children: [], dialogs: [], blockers: new Set(), notices: [], app, ipc: new EventEmitter(), schemes: [],
    handled: new Map(), permission: null, permission_checked: null, menu: false, quits: 0,
  };
  const electron = {
    app,
    BrowserWindow: class extends StandInWindow {
      static getAllWindows = () => deeds.windows;
      constructor(options: Record<string, unknown>) {
        super(options);
        deeds.windows.push(this);
        app.emit('web-contents-created', {}, this.webContents);
      }
    },
    dialog: { showErrorBox: (title: string, text: string) => deeds.dialogs.push(`${title}: ${text}`) },
    ipcMain: deeds.ipc,
    Menu: { buildFromTemplate: () => ({}), setApplicationMenu: () => { deeds.menu = true; } },
    MessageChannelMain: class {
      readonly port1 = { end: 'host' };
      readonly port2 = { end: 'page' };
    },
    Notification: class extends StandInNotification {
      static isSupported = () => notifies;
      constructor(said: { title: string; body: string }) {
        super(said);
        deeds.notices.push(this);
      }
    },
    powerSaveBlocker: {
      start: () => {
        deeds.blockers.add(1);
        return 1;
      },
      stop: (id: number) => deeds.blockers.delete(id),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown[]) => deeds.schemes.push(...schemes),
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => deeds.handled.set(scheme, handler),
    },
    safeStorage: {
      isEncryptionAvailable: () => true, encryptString: (text: string) => Buffer.from(text), decryptString: String,
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (decide: (page: unknown, name: string, answer: (yes: boolean) => void) => void) =>
          decide(null, 'media', (yes) => { deeds.permission = yes; }),
        setPermissionCheckHandler: (decide: () => boolean) => { deeds.permission_checked = decide(); },
      },
    },
    utilityProcess: {
      fork: (file: string, given: readonly string[]) => {
        const child = new StandInProcess(file, given);
        deeds.children.push(child);
        return child;
      },
    },
  };
  return { electron: electron as unknown as ElectronParts, deeds };
}

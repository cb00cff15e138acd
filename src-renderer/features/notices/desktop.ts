/** `elsewhere`: the desktop shell says it by itself, or this browser cannot. */
export type DesktopLeave = 'granted' | 'denied' | 'default' | 'elsewhere';

export interface DesktopNotice { readonly title: string; readonly body: string; readonly tag: string }

/** The desktop around the page. */
export interface Desktop {
  readonly leave: () => DesktopLeave;
  readonly askLeave: () => Promise<DesktopLeave>;
  readonly say: (notice: DesktopNotice) => void;
}

export const NO_DESKTOP: Desktop = {
  leave: () => 'elsewhere', askLeave: () => Promise.resolve('elsewhere'), say: () => undefined,
};

/** The part of a browser that speaks on the desktop. */
export interface Speaker {
  readonly permission: NotificationPermission;
  readonly requestPermission: () => Promise<NotificationPermission>;
  new (title: string, options: { readonly body: string; readonly tag: string }): { onclick: unknown };
}

/** A browser's own notices: silent until its user lets them in; one tag is shown once, however many tabs are open. */
export function browserDesktop(Notice: Speaker, focus: () => void): Desktop {
  return {
    leave: () => Notice.permission,
    askLeave: () => Notice.requestPermission(),
    say: ({ title, body, tag }) => {
      if (Notice.permission !== 'granted') return;
      const said = new Notice(title, { body, tag });
      said.onclick = focus;
    },
  };
}

/**
 * What every page of ours is served with, whichever shell serves it: nothing from elsewhere is loaded, framed,
 * sent to or run. Only `style` attributes may be inline; scripts and style sheets are files of ours.
 */
export function pageHeaders(connect_sources: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:", "font-src 'self'", `connect-src ${["'self'", ...connect_sources].join(' ')}`,
    "worker-src 'self'", "media-src 'self'", "manifest-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cache-control': 'no-store',
  };
}

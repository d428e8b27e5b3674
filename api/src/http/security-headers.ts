import type { ServerResponse } from 'node:http';

/** Everything a page may load comes from here; inline styles are what Svelte transitions and charts set. */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

const headers: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** Sets what every answer carries. @param scripts hashes of inline scripts that the page may run, as `'sha256-…'` */
export function setSecurityHeaders(response: ServerResponse, scripts: readonly string[] = []): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const own =
    scripts.length === 0
      ? policy
      : policy.map((rule) => (rule.startsWith('script-src') ? [rule, ...scripts].join(' ') : rule));
  response.setHeader('Content-Security-Policy', own.join('; '));
}

import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { defineChannel, type ChannelContext, type Message, type Sent } from './define.ts';
import { post, ReceiverRefusedError, type Post } from './post.ts';

const envName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'the name of an environment variable is made of capitals, digits and `_`');

const config = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: 'a URL begins with https:// or http://' }).optional(),
    /** The environment variable that holds the URL, when the URL itself is a secret. */
    url_env: envName.optional(),
    /** The environment variables that hold the secrets to sign with: the current one first, then those that are being replaced. */
    secret_env: z.union([envName.transform((name) => [name]), z.array(envName).min(1).max(5)], {
      error: 'name the environment variable that holds the secret to sign with, or a list of up to five',
    }),
    allow_private: z.boolean().default(false),
    allow_http: z.boolean().default(false),
  })
  .refine(
    ({ url, url_env }) => (url === undefined) !== (url_env === undefined),
    'a webhook has either `url` or `url_env`',
  );
type Config = z.infer<typeof config>;

/** Standard Webhooks: signed JSON to a URL. Any 2xx is received; 410 asks never to be called again; everything else is tried again. */
export const webhook = defineChannel({
  config,
  receiver: addressOf,
  async send(message, settings, context) {
    const prepared = prepare(message, settings, context);
    if ('state' in prepared) return prepared;
    try {
      const answer = await post(prepared);
      return judge(answer, prepared.url.host, context.now());
    } catch (error) {
      if (error instanceof ReceiverRefusedError) return failed(error.message);
      return { state: 'retry', error: sentence(error), status_code: 0, retry_after_ms: null };
    }
  },
});

function addressOf({ url, url_env }: Config, env: ChannelContext['env']): string {
  return url ?? env[url_env ?? ''] ?? '';
}

/** The signed request, or why there is none. */
function prepare(message: Message, settings: Config, { env, now }: ChannelContext): Post | Sent {
  const address = addressOf(settings, env);
  if (!URL.canParse(address)) return failed(`${settings.url_env ?? 'url'} holds no URL.`);
  const body = JSON.stringify(message.payload);
  const timestamp = new Date(now());
  const signatures: string[] = [];
  for (const name of settings.secret_env) {
    const signature = sign(env[name], { notice_id: message.notice_id, timestamp, body });
    if (signature === undefined) {
      return failed(`${name} holds no secret: set it to whsec_ followed by 24 to 64 random bytes in base64.`);
    }
    signatures.push(signature);
  }
  return {
    url: new URL(address),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Assay',
      'webhook-id': message.notice_id,
      'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    },
    body,
    allow_private: settings.allow_private,
    allow_http: settings.allow_http,
  };
}

function sign(
  secret: string | undefined,
  what: { notice_id: string; timestamp: Date; body: string },
): string | undefined {
  const key = Buffer.from((secret ?? '').replace(/^whsec_/, ''), 'base64');
  if (key.length < 24 || key.length > 64) return undefined;
  return new Webhook(key.toString('base64')).sign(what.notice_id, what.timestamp, what.body);
}

function judge(
  answer: { status_code: number; retry_after: string | undefined; body: string },
  host: string,
  now: number,
): Sent {
  const { status_code } = answer;
  if (status_code >= 200 && status_code < 300) return { state: 'delivered', status_code };
  const said = `${host} answered ${String(status_code)}`;
  if (status_code === 410)
    return { state: 'failed', error: `${said}: it asks not to be called again.`, status_code, disable: true };
  const isRedirect = status_code >= 300 && status_code < 400;
  const error = isRedirect ? `${said}: redirects are not followed, name the final URL.` : `${said}.`;
  return { state: 'retry', error, status_code, retry_after_ms: retryAfter(answer.retry_after, now) };
}

/** Seconds, or a date; null for anything else. */
function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function failed(error: string): Sent {
  return { state: 'failed', error, status_code: 0, disable: false };
}

function sentence(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'the receiver could not be reached.';
}

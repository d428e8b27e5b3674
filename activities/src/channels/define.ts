import type { Logger } from 'pino';
import type { z } from 'zod';
import type { NoticePayload } from '../incident/notice-payload.ts';

/** A notice as channels get it: rendered once, with a stable id. */
export interface Message {
  readonly notice_id: string;
  readonly target: string;
  /** One line for people. */
  readonly title: string;
  readonly payload: NoticePayload;
}

/** How an attempt to send ended. `retry` is tried again on the schedule of deliveries, `failed` is final. */
export type Sent =
  | { readonly state: 'delivered'; readonly status_code: number }
  | {
      readonly state: 'retry';
      readonly error: string;
      readonly status_code: number;
      /** What the receiver asked for, in milliseconds; null when it did not. */
      readonly retry_after_ms: number | null;
    }
  | {
      readonly state: 'failed';
      readonly error: string;
      readonly status_code: number;
      /** The receiver must not be asked again until it is another one. */
      readonly disable: boolean;
    };

export interface ChannelContext {
  readonly log: Logger;
  /** Where settings that are secret are looked up by name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** A way to reach people. */
export interface Channel {
  /** What a target in the policy file says beside `channel`. */
  readonly config: z.ZodType;
  /** Which receiver a target means; another one is not affected by what this one answered. */
  receiver(config: unknown, env: ChannelContext['env']): string;
  send(message: Message, config: unknown, context: ChannelContext): Promise<Sent>;
}

interface ChannelDefinition<T extends z.ZodType> {
  readonly config: T;
  receiver(config: z.infer<T>, env: ChannelContext['env']): string;
  send(message: Message, config: z.infer<T>, context: ChannelContext): Promise<Sent>;
}

/** Declares a channel; what the policy file says is parsed before it is used. */
export function defineChannel<T extends z.ZodType>(definition: ChannelDefinition<T>): Channel {
  const { config } = definition;
  return {
    config,
    receiver: (raw, env) => definition.receiver(config.parse(raw), env),
    send: (message, raw, context) => definition.send(message, config.parse(raw), context),
  };
}

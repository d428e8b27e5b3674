import { z } from 'zod';
import { defineChannel } from './define.ts';

/** Writes each notice as one line of the worker's log. */
export const log = defineChannel({
  config: z.strictObject({}),
  receiver: () => 'log',
  async send({ notice_id, target, title, payload }, _config, context) {
    const { incident, notification } = payload.data;
    context.log.info({ notice_id, target, type: payload.type, ...notification, incident }, title);
    return { state: 'delivered', status_code: 0 };
  },
});

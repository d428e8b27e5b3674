import type { Client } from '@temporalio/client';

/** A client before whose every update of a source something else happens. */
export function overtakenBy(own: Client, event: () => Promise<unknown>): Client {
  const workflow = new Proxy(own.workflow, {
    get: (client, name) => {
      const value: unknown = Reflect.get(client, name);
      if (typeof value !== 'function') return value;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        if (name === 'executeUpdateWithStart') await event();
        return Reflect.apply(value, client, given);
      };
    },
  });
  return new Proxy(own, { get: (client, name) => (name === 'workflow' ? workflow : Reflect.get(client, name)) });
}

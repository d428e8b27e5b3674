import type { Api } from './api.ts';
import { everyItem } from './every-item.ts';

type Listed = Awaited<ReturnType<Api['client']['source']['list']['query']>>['items'];

/** Every source by name. */
export function everySource(client: Api['client']): Promise<Listed> {
  return everyItem((asked) => client.source.list.query(asked));
}

import type { Api } from './api.ts';

type Page = Awaited<ReturnType<Api['client']['source']['list']['query']>>;

const page_most = 500;

/** Every source by name, fetched page by page. */
export async function everySource(client: Api['client']): Promise<Page['items']> {
  const items: Page['items'] = [];
  for (;;) {
    const page = await client.source.list.query({ limit: page_most, offset: items.length });
    items.push(...page.items);
    if (page.items.length < page_most) return items;
  }
}

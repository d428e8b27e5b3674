import { describe, expect, test } from 'vitest';
import { readProgress } from './read-progress.ts';

const ids = { load_id: '7' };

describe('the progress of a load, from its event', () => {
  test('tells bytes and records', () => {
    const data = JSON.stringify({ content_bytes: '500', content_bytes_total: '2000', records: '12' });
    expect(readProgress({ ids, data })).toEqual(['7', { bytes_done: 500, bytes_total: 2000, records: '12' }]);
  });

  test('knows no total of a compressed file', () => {
    const data = JSON.stringify({ content_bytes: '500', content_bytes_total: null, records: '12' });
    expect(readProgress({ ids, data })?.[1].bytes_total).toBeNull();
  });

  test('is nothing when the event is about something else', () => {
    expect(readProgress({ ids, data: '{}' })).toBeUndefined();
    expect(readProgress({ ids: {}, data: '{"content_bytes":"1"}' })).toBeUndefined();
  });
});

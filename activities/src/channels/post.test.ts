import { describe, expect, test } from 'vitest';
import { post, ReceiverRefusedError, type Answer, type Post } from './post.ts';
import { startReceiver } from './testing.ts';

const plain = {
  headers: { 'content-type': 'application/json' },
  body: '{"ü":1}',
  allow_private: true,
  allow_http: true,
};

function to(url: string, more: Partial<Post> = {}): Promise<Answer> {
  return post({ ...plain, url: new URL(url), ...more });
}

describe('post', () => {
  test('sends headers and body and answers with the status', async () => {
    await using receiver = await startReceiver((response) => response.writeHead(201).end('thanks'));
    expect(await to(`${receiver.url}/x?y=1`)).toEqual({ status_code: 201, retry_after: undefined, body: 'thanks' });
    expect(receiver.received).toMatchObject([
      {
        path: '/x?y=1',
        body: '{"ü":1}',
        headers: { 'content-type': 'application/json', 'content-length': '8', 'accept-encoding': 'identity' },
      },
    ]);
  });

  test('does not follow a redirect to an internal address', async () => {
    await using internal = await startReceiver();
    for (const status of [301, 302, 303, 307, 308]) {
      await using receiver = await startReceiver((response) =>
        response.writeHead(status, { location: internal.url }).end(),
      );
      expect(await to(receiver.url)).toMatchObject({ status_code: status });
    }
    expect(internal.received).toHaveLength(0);
  });

  test('gives up at the deadline when no answer comes', async () => {
    await using receiver = await startReceiver(() => {});
    await expect(to(receiver.url, { deadline_ms: 200 })).rejects.toThrow('gave no answer in time');
  });

  test('gives up at the deadline when the name is not resolved', async () => {
    const resolve = () => new Promise<never>(() => {});
    await expect(to('https://example.com', { deadline_ms: 100, resolve })).rejects.toThrow(
      'could not be resolved in time',
    );
  });

  test('gives up at the deadline when headers drip', async () => {
    await using receiver = await startReceiver((response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\nx-');
      const drip = setInterval(() => response.socket?.write('x'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    await expect(to(receiver.url, { deadline_ms: 300 })).rejects.toThrow('gave no answer in time');
  });

  test('takes the status although the body never ends, at the deadline', async () => {
    await using receiver = await startReceiver((response) => {
      response.writeHead(200).write('a');
    });
    expect(await to(receiver.url, { deadline_ms: 300 })).toMatchObject({ status_code: 200, body: 'a' });
  });

  test('reads at most 64 kB of an endless body', async () => {
    await using receiver = await startReceiver((response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000, 'x')));
      };
      response.writeHead(500).on('drain', more);
      more();
    });
    const { status_code, body } = await to(receiver.url);
    expect([status_code, body.length]).toEqual([500, 65_536]);
  });

  test('fails when the connection breaks before the answer', async () => {
    await using receiver = await startReceiver((response) => response.socket?.destroy());
    await expect(to(receiver.url)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('takes no proxy from the environment', async () => {
    await using proxy = await startReceiver();
    await using receiver = await startReceiver();
    process.env['http_proxy'] = proxy.url;
    try {
      expect(await to(receiver.url)).toMatchObject({ status_code: 200 });
    } finally {
      delete process.env['http_proxy'];
    }
    expect(proxy.received).toHaveLength(0);
  });
});

describe('a receiver is refused', () => {
  test.each([
    ['plain http that is not allowed', 'http://127.0.0.1:1/', { allow_http: false }, 'allow_http'],
    ['another scheme', 'ftp://example.com/', {}, 'goes over https'],
    ['a password in the URL', 'https://a:b@example.com/', {}, 'password inside the URL'],
    ['loopback', 'http://127.0.0.1:1/', { allow_private: false }, 'allow_private'],
    ['loopback by name', 'http://localhost:1/', { allow_private: false }, 'allow_private'],
    ['loopback in short', 'http://127.1:1/', { allow_private: false }, 'allow_private'],
    ['loopback in hex', 'http://0x7f.0.0.1:1/', { allow_private: false }, 'allow_private'],
    ['loopback as a number', 'http://2130706433:1/', { allow_private: false }, 'allow_private'],
    ['loopback in octal', 'http://0177.0.0.1:1/', { allow_private: false }, 'allow_private'],
    ['loopback in full-width digits', 'http://１２７.０.０.１:1/', { allow_private: false }, 'allow_private'],
    ['loopback in IPv6', 'http://[::1]:1/', { allow_private: false }, 'allow_private'],
    ['loopback mapped into IPv6', 'http://[::ffff:127.0.0.1]:1/', { allow_private: false }, 'allow_private'],
    ['cloud metadata, even when private is allowed', 'http://169.254.169.254/', {}, 'never used for webhooks'],
    ['cloud metadata mapped into IPv6', 'http://[::ffff:a9fe:a9fe]/', {}, 'never used for webhooks'],
    ['the unspecified address', 'http://0.0.0.0/', {}, 'never used for webhooks'],
  ])('%s', async (_, url, more, message) => {
    const sent = to(url, more);
    await expect(sent).rejects.toThrow(ReceiverRefusedError);
    await expect(sent).rejects.toThrow(message);
  });

  test('when any of its addresses is private', async () => {
    const resolve = async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.7', family: 4 },
    ];
    await expect(to('https://two-faced.example/', { allow_private: false, resolve })).rejects.toThrow(
      '10.0.0.7 is a private network',
    );
  });

  test('the address that was judged is the one that is called, whatever the name says later', async () => {
    await using receiver = await startReceiver();
    const answers = ['127.0.0.1', '10.9.9.9'];
    const resolve = async () => [{ address: answers.shift() ?? '10.9.9.9', family: 4 }];
    const { port } = new URL(receiver.url);
    expect(await to(`http://rebinding.example:${port}/`, { resolve })).toMatchObject({ status_code: 200 });
    expect(receiver.received[0]?.headers.host).toBe(`rebinding.example:${port}`);
    expect(answers).toEqual(['10.9.9.9']);
  });
});

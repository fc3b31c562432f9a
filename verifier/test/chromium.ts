/** Drives a real Chromium over its debugging protocol, as far as the page's test needs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

/** Path of Chromium or Chrome; null where none is installed. */
export function findChromium(): string | null {
  const named = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`);
  return [process.env['CHROMIUM'] ?? '', ...named].find((path) => path !== '' && existsSync(path)) ?? null;
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
}

/** One page in a browser of its own. */
export class Chromium {
  /** What the page reported: requests, and lines of its console. */
  readonly reported: string[] = [];
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private next = 1;
  private readonly browser: ChildProcess;
  private readonly profile: string;
  private readonly socket: WebSocket;

  private constructor(browser: ChildProcess, profile: string, socket: WebSocket) {
    this.browser = browser;
    this.profile = profile;
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString('utf8')) as Answer;
      if (answer.id === undefined) this.reported.push(`${answer.method ?? ''} ${JSON.stringify(answer.params)}`);
      else this.waiting.get(answer.id)?.(answer);
    });
  }

  /** Starts a browser with one page at `url`, which is as the browser writes it. */
  static async open(path: string, url: string): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), 'masker-chromium-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
    const args = [...flags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, url];
    const browser = spawn(path, args, { stdio: 'ignore' });
    const port = await poll(() => {
      const file = join(profile, 'DevToolsActivePort');
      return existsSync(file) ? (/^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1] ?? null) : null;
    });
    const target = await poll(async () => {
      const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
        type: string;
        webSocketDebuggerUrl: string;
      }[];
      return list.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? null;
    });
    const socket = new WebSocket(target);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const page = new Chromium(browser, profile, socket);
    for (const domain of ['Page', 'Runtime', 'Network', 'DOM', 'Log']) await page.send(`${domain}.enable`);
    // The browser begins with an empty page, which is complete too.
    await page.until(`document.readyState === "complete" && location.href === ${JSON.stringify(url)}`);
    return page;
  }

  /** Sends one command of the protocol. */
  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = this.next;
    this.next += 1;
    const answer = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
    this.waiting.delete(id);
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result ?? {};
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    return (result as { value?: unknown }).value;
  }

  /** Waits for an expression to be true. */
  async until(expression: string): Promise<void> {
    await poll(async () => ((await this.evaluate(expression)) === true ? true : null));
  }

  /** Chooses files in a file input. */
  async choose(selector: string, files: readonly string[]): Promise<void> {
    const { root } = await this.send('DOM.getDocument');
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: (root as { nodeId: number }).nodeId, selector });
    await this.send('DOM.setFileInputFiles', { nodeId, files });
  }

  /** Presses and releases a key. */
  async press(key: string, code = key): Promise<void> {
    const keys = { key, code, windowsVirtualKeyCode: key === 'Tab' ? 9 : key === 'Enter' ? 13 : 32 };
    await this.send('Input.dispatchKeyEvent', {
      type: 'keyDown',
      ...keys,
      ...(key === 'Tab' ? {} : { text: key === 'Enter' ? '\r' : ' ' }),
    });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...keys });
  }

  async close(): Promise<void> {
    await this.send('Browser.close').catch(() => undefined);
    this.socket.terminate();
    if (this.browser.exitCode === null) await new Promise((resolve) => this.browser.once('exit', resolve));
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Asks again until there is an answer. */
async function poll<T>(ask: () => T | null | Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const answer = await Promise.resolve(ask()).catch(() => null);
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no answer within a minute');
}

import { emitKeypressEvents } from 'node:readline';
import { Observable } from 'rxjs';
import type { Input } from '../command-io.ts';

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/**
 * The keys that are pressed, by name: `left`, `pageup`, `space`, `q`, `ctrl-c`. While subscribed to, the terminal passes
 * each on at once and shows none. Emits until unsubscribed from; where there is no keyboard, nothing.
 */
export function keysOf(stdin: Input | undefined): Observable<string> {
  return new Observable((subscriber) => {
    if (stdin?.isTTY !== true) return;
    const press = (_text: string | undefined, { name, ctrl }: Key): void => {
      if (name !== undefined) subscriber.next(ctrl === true ? `ctrl-${name}` : name);
    };
    emitKeypressEvents(stdin);
    stdin.setRawMode?.(true);
    stdin.on('keypress', press);
    stdin.resume();
    return () => {
      stdin.off('keypress', press);
      stdin.setRawMode?.(false);
      stdin.pause();
    };
  });
}

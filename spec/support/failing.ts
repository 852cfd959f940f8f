import { EMPTY, type Observable, concat, of, throwError } from 'rxjs';
import type { FakeConnection } from './fake-server.ts';

/** A project, and the ids of the connections on which it was asked. */
export interface Failing {
  readonly asked: number[];
  readonly project: (connection: FakeConnection, request: number) => Observable<number>;
}

/** Makes projects that fail so many times before they answer; each time they emit what comes before that. */
export function failingWith(error: Error): (times: number, before?: Observable<number>) => Failing {
  return (times, before = EMPTY) => {
    const asked: number[] = [];
    const project = ({ id }: FakeConnection, request: number): Observable<number> => {
      asked.push(id);
      return concat(before, asked.length <= times ? throwError(() => error) : of(request));
    };
    return { asked, project };
  };
}

import type { Observable } from 'rxjs';
import { messageOf } from '../../base/thrown.ts';
import type { AuditEvent } from '../../gateway/policy/audit.ts';
import { recordLines } from '../../log/record-lines.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { oneLine } from '../terminal/printable.ts';

/** An audit that is being written. */
export interface WrittenAudit {
  /** Resolves when everything is written, after the last event; never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Writes the audit to a file. Resolves when the file is open, and rejects where it cannot be; what goes wrong later is told
 * on stderr, and the gateway goes on.
 */
export function auditTo(
  file: string,
  events$: Observable<AuditEvent>,
  { stderr }: Pick<CommandIo, 'stderr'>,
): Promise<WrittenAudit> {
  return new Promise((opened, failed) => {
    let isOpen = false;
    const ended = new Promise<void>((resolve) => {
      events$.pipe(recordLines(file)).subscribe({
        next: () => {
          isOpen = true;
          opened({ ended });
        },
        error: (error: unknown) => {
          if (isOpen) stderr.write(`mcp-pool: ${oneLine(`the audit ends here: ${messageOf(error)}`)}\n`);
          else failed(new CommandError(`the audit cannot be written: ${messageOf(error)}`));
          resolve();
        },
        complete: resolve,
      });
    });
  });
}

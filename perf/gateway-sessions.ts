import { manySessions } from './gateway/sessions/many-sessions.ts';
import { vanishingClients } from './gateway/sessions/vanishing-clients.ts';
import { originOf } from './support/machine.ts';
import { judged } from './support/result.ts';
import { aboutLine, ratioLine } from './support/table.ts';
import { type Workload, keep } from './support/workload.ts';

/** What many clients take in the gateway, and what those leave who go without a word. */
export const gatewaySessions: Workload = {
  name: 'gateway-sessions',
  summary: '10 000 sessions of the gateway on 4 processes, and 2000 clients that vanish; needs /proc, a minute',
  run: async ({ quick, folder }) => {
    const origin = originOf();
    // Nothing of it depends on time, so a look has fewer sessions and no launch is repeated.
    const findings = [...(await manySessions(quick ? 1000 : 10_000)), ...(await vanishingClients(quick ? 200 : 2000))];
    const about = aboutLine(origin, ...(quick ? ['quick'] : []));
    const lines = findings.map((finding) => ratioLine(finding, !quick));
    process.stdout.write(`\n${['gateway-sessions', about, '', ...lines].join('\n')}\n\n`);
    keep(folder, 'gateway-sessions', {
      name: 'gateway-sessions',
      quick,
      ...origin,
      ratios: findings.map((finding) => judged(finding, !quick)),
    });
  },
};

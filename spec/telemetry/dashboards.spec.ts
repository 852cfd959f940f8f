import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { page } from '../support/admin-page.ts';
import { FrontedGateway } from '../support/fronted-gateway.ts';
import { root } from '../support/papers.ts';
import { selectedIn } from '../support/promql.ts';
import { until } from '../support/until.ts';

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const read = (name: string): string => readFileSync(`${root}/lib/telemetry/${name}`, 'utf8');
const { panels, templating } = JSON.parse(read('grafana-dashboard.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
};
const { groups } = parse(read('prometheus-rules.yaml')) as { readonly groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** What Prometheus adds to whatever it scrapes. */
const SCRAPED = ['job', 'instance'];

/** The labels of each metric, by its name, as a gateway with a pool tells of them. */
const labels = new Map<string, Set<string>>();

/** Also of what happens seldom: a request that is refused, a call that is answered. */
beforeAll(async () => {
  const server = await FrontedGateway.open('legacy', { gateway: { admin: 0 } });
  server.handles('tools/call', ({ id }, say) => say({ id, result: { content: [] } }));
  await server.client.introduce();
  await server.client.ask('tools/call', { name: 'x' });
  await server.client.post({}, { headers: { host: 'evil.example' } });
  await until(async () => (await page(server.gateway, '/metrics')).text.includes('refused_requests_total{'));
  for (const line of (await page(server.gateway, '/metrics')).text.split('\n')) {
    const [, name = '', own = ''] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    const names = [...own.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
    labels.set(name, new Set([...(labels.get(name) ?? []), ...names]));
  }
  await server.stop();
}, 30_000);

const expressions = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr])),
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
];

describe('the expressions of the Grafana dashboard and of the alerts', () => {
  it('are many', () => {
    expect(expressions.length).toBeGreaterThan(40);
  });

  it.each(expressions)('of %s select what there is: %s', (_, expression) => {
    const selected = selectedIn(expression);
    expect(selected.length).toBeGreaterThan(0);
    for (const { metric, labels: named } of selected) {
      expect([...labels.keys()]).toContain(metric);
      const known = [...(labels.get(metric) ?? []), ...SCRAPED];
      expect(known).toEqual(expect.arrayContaining([...new Set(named)]));
    }
  });

  it('would be found wanting where a metric or a label is misspelt, or it is no PromQL', () => {
    expect(selectedIn('sum by (a) (rate(b{c="d"}[5m])) / e')).toEqual([
      { metric: 'b', labels: ['c', 'a'] },
      { metric: 'e', labels: ['a'] },
    ]);
    expect(() => selectedIn('sum by (a (b)')).toThrow(SyntaxError);
  });
});

describe('the Grafana dashboard', () => {
  it('shows labels in its legends that the expression leaves', () => {
    for (const { targets = [] } of panels) {
      for (const { expr, legendFormat } of targets) {
        const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
        const [, kept = ''] = /by \(([^)]*)\)/.exec(expr) ?? [];
        expect(kept.split(', ')).toEqual(expect.arrayContaining(shown));
      }
    }
  });

  it('has no panel on top of another one, and asks for the source of its data', () => {
    expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'pool']);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, taken.has(`${x} ${y}`)]).toEqual([title, false]);
          taken.add(`${x} ${y}`);
        }
      }
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });
});

describe('the alerts', () => {
  it('tell of pools that are down, wait or fail, of open circuits and of what the gateway refuses', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(['Down', 'Waiting', 'Failing', 'CircuitOpen'].map((what) => `McpPool${what}`)),
    );
    expect(rules.map(({ alert }) => alert)).toContain('McpGatewayRefusing');
  });

  it.each(rules.map((rule): [string, Rule] => [rule.alert, rule]))(
    'say in %s what is wrong, and how bad it is',
    (_, rule) => {
      expect(['warning', 'critical']).toContain(rule.labels['severity']);
      expect(rule.annotations).toEqual({
        summary: expect.any(String) as string,
        description: expect.any(String) as string,
      });
      expect(rule.expr).toMatch(/[<>] [\d.]+$/);
      const named = [
        ...Object.values(rule.annotations)
          .join(' ')
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      const [selected] = selectedIn(rule.expr);
      const kept = rule.expr.includes(' by (') ? selected?.labels : [...(labels.get(selected?.metric ?? '') ?? [])];
      expect(kept).toEqual(expect.arrayContaining(named));
    },
  );
});

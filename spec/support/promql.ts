import { parser } from '@prometheus-io/lezer-promql';

/** A series that an expression selects, and every label that it names. */
export interface Selected {
  readonly metric: string;
  readonly labels: readonly string[];
}

/**
 * What an expression of PromQL selects; throws where it is none. Labels of groupings are those of every metric in it, as each
 * has to have them.
 */
export function selectedIn(expression: string): readonly Selected[] {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selected: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  let isGrouping = false;
  parser.parse(text).iterate({
    enter: ({ type, name, from, to }) => {
      const part = text.slice(from, to);
      if (type.isError) throw new SyntaxError(`at ${from} of ${text}`);
      if (name === 'VectorSelector') selected.push({ metric: '', labels: [] });
      if (name === 'GroupingLabels') isGrouping = true;
      const last = selected.at(-1);
      if (name === 'Identifier' && last !== undefined) last.metric = part;
      if (name === 'LabelName') (isGrouping ? grouped : (last?.labels ?? grouped)).push(part);
    },
    leave: ({ name }) => {
      if (name === 'GroupingLabels') isGrouping = false;
    },
  });
  return selected.map(({ metric, labels }) => ({ metric, labels: [...labels, ...grouped] }));
}

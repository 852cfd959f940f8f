/** @import { WhyAnswer } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { formatCount, formatMs } from '../shared/format.js';
import { byId, element } from './dom.js';
import { askWhy } from './stream.js';

/** @typedef {{ connection: number } | { waiter: number }} Subject */
/** @typedef {readonly [name: string, value: string]} Fact */

/** While somebody reads, what they read is kept up to date. */
const AGAIN_MS = 1000;
/** What is told elsewhere, or in the heading. */
const untold = new Set(['because', 'connection', 'waiter', 'lease', 'leases', 'holders', 'lastError']);

/** Why a connection or a waiter is as it is. */
export class Inspector {
  #model;
  #box = byId('why');
  #close = byId('why-close');
  /** @type {Subject | undefined} */
  #subject;
  #asked = 0;
  #askedAt = 0;

  /** @param {Model} model @param {() => void} onClose */
  constructor(model, onClose) {
    this.#model = model;
    this.#close.addEventListener('click', onClose);
  }

  /** @param {Subject | undefined} subject */
  choose(subject) {
    this.#subject = subject;
    // An answer that is under way is not for this one.
    this.#asked++;
    this.#close.hidden = subject === undefined;
    if (subject === undefined)
      this.#box.replaceChildren(hint('Choose a connection or a waiter to read why it is as it is.'));
    else void this.#ask();
  }

  /** Asks again, now and then. */
  refresh() {
    if (this.#subject !== undefined && performance.now() - this.#askedAt > AGAIN_MS) void this.#ask();
  }

  async #ask() {
    const subject = this.#subject;
    if (subject === undefined) return;
    this.#askedAt = performance.now();
    const turn = ++this.#asked;
    const [[what, id]] = /** @type {[[string, number]]} */ (Object.entries(subject));
    const heading = element('h3', '', `${what} ${id}`);
    if (this.#model.past !== undefined) {
      this.#box.replaceChildren(heading, ...this.#asItWas(subject));
      return;
    }
    try {
      const { account } = await askWhy(this.#model.told.pool, what, id);
      if (turn === this.#asked) this.#box.replaceChildren(heading, ...told(account));
    } catch (error) {
      if (turn === this.#asked) this.#box.replaceChildren(heading, hint(String(error)));
    }
  }

  /** Reasons are only known in the present. @param {Subject} subject */
  #asItWas(subject) {
    const { cells, waiters, at } = this.#model.shown;
    if ('waiter' in subject) {
      const waiter = waiters.find(({ id }) => id === subject.waiter);
      return [
        waiter
          ? facts([
              ['waited', formatMs(at - waiter.since)],
              ['priority', String(waiter.priority)],
              ['key', waiter.key ?? 'none'],
            ])
          : hint('It did not wait then.'),
      ];
    }
    const cell = [...cells.values()].find(([, id]) => id === subject.connection);
    if (cell === undefined) return [hint('It was not there then.')];
    const [, , status, mark, leases, requestCount, failureCount, createdAt, lastUsedAt, endpoint] = cell;
    return [
      facts([
        ['status', mark === '' ? status : `${status}, ${mark}`],
        ['leases', formatCount(leases)],
        ['requests', formatCount(requestCount)],
        ['failed checks', formatCount(failureCount)],
        ['age', formatMs(at - createdAt)],
        ['last used', lastUsedAt === 0 ? 'never' : `${formatMs(at - lastUsedAt)} before`],
        ...(endpoint === undefined ? [] : [/** @type {Fact} */ (['endpoint', endpoint])]),
      ]),
      hint('Why it was so is told of the present only.'),
    ];
  }
}

/** @param {WhyAnswer['account']} account @returns {HTMLElement[]} */
function told(account) {
  if (account === null) return [hint('It is gone.')];
  const parts = [element('p', 'because', sentence(account.because)), facts(factsOf(account))];
  if ('lastError' in account && account.lastError !== null) parts.push(element('p', 'error', account.lastError));
  if ('holders' in account)
    parts.push(
      ...section(
        'Longest held',
        account.holders.map(
          ({ lease, connection, heldMs }) => `lease ${lease} on connection ${connection}, for ${formatMs(heldMs)}`,
        ),
      ),
    );
  if ('leases' in account)
    parts.push(
      ...section(
        'Leases',
        account.leases.map((lease) => `lease ${lease.lease}, held for ${formatMs(lease.heldMs)}: ${lease.because}`),
      ),
    );
  return parts;
}

/** @param {object} account @returns {Fact[]} */
function factsOf(account) {
  return Object.entries(account)
    .filter(([name, value]) => !untold.has(name) && value !== null)
    .map(([name, value]) => {
      if (typeof value !== 'number') return [spaced(name), String(value)];
      return name.endsWith('Ms') ? [spaced(name.slice(0, -2)), formatMs(value)] : [spaced(name), formatCount(value)];
    });
}

/** @param {readonly Fact[]} pairs */
function facts(pairs) {
  const list = element('dl', 'facts-list');
  for (const [name, value] of pairs) {
    const group = element('div');
    group.append(element('dt', '', name), element('dd', '', value));
    list.append(group);
  }
  return list;
}

/** @param {string} title @param {readonly string[]} lines */
function section(title, lines) {
  if (lines.length === 0) return [];
  const list = element('ul', 'lines');
  for (const line of lines) list.append(element('li', '', line));
  return [element('h4', '', title), list];
}

/** @param {string} text */
function hint(text) {
  return element('p', 'hint', text);
}

/** @param {string} text */
function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** `maxSize` as people write it. @param {string} name */
function spaced(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

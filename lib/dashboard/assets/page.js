/** @import { Gauges, PoolSummary } from '../protocol.ts' */
/** @import { Address } from './address.js' */
/** @import { Subject } from './inspector.js' */
/** @import { Link } from './mode-bar.js' */
import { readAddress, writeAddress } from './address.js';
import { Board } from './board.js';
import { Charts } from './charts.js';
import { byId, setText } from './dom.js';
import { showEndpoints } from './endpoints.js';
import { EventList } from './event-list.js';
import { onPool, showFacts, showHealth, showPools } from './header.js';
import { Inspector } from './inspector.js';
import { listenToKeys } from './keys.js';
import { ModeBar } from './mode-bar.js';
import { Model } from './model.js';
import { MomentDialog } from './moment-dialog.js';
import { showOverview } from './overview.js';
import { showPeers } from './peers.js';
import { showRequests } from './requests.js';
import { Stats } from './stats.js';
import { askPools, askSeconds, listen } from './stream.js';
import { TimeTravel } from './time-travel.js';
import { TroubleList } from './trouble-list.js';
import { WaitingLine } from './waiting-line.js';

/** How often a server is asked for its pools when there is none to watch, in milliseconds. */
const LOOK_MS = 1000;

const model = new Model();
const modeBar = new ModeBar();
const stats = new Stats();
const board = new Board(model, (connection) => choose({ connection }));
const waitingLine = new WaitingLine((waiter) => choose({ waiter }));
const inspector = new Inspector(model, () => choose(undefined));
const travel = new TimeTravel(model, travelled);
const charts = new Charts(model, (at) => travel.to({ at }), named);
const moment = new MomentDialog(model, (at) => travel.to({ at }));
const events = new EventList(model, (version) => travel.to({ version }));
const troubles = new TroubleList((version) => travel.to({ version }));

/** @type {Subject | undefined} */
let subject;
/** @type {() => void} */
let unlisten = () => undefined;
let isDue = false;
/** Whether other processes serve the same: they are shown among all pools. */
let hasPeers = false;
/** @type {Gauges | undefined} */
let before;

/** Draws once before the next picture, however much has come in until then. */
function changed() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    draw();
  });
}

function draw() {
  if (document.body.dataset['view'] === 'overview') return;
  const { shown } = model;
  showFacts(model);
  modeBar.show(model);
  showHealth(model);
  stats.show(model);
  board.show();
  showEndpoints(model);
  waitingLine.show(shown);
  travel.show();
  troubles.show(model);
  events.drawSometimes();
  charts.draw();
  showRequests(model);
  if (model.past === undefined) inspector.refresh();
}

/** Has the address name what is shown. */
function named() {
  if (model.told.pool !== 0) writeAddress(model, subject, charts.zoom);
}

function travelled() {
  changed();
  named();
  events.draw();
  inspector.choose(subject);
  if (model.past === undefined) announce('Back in the present');
}

/** @param {Link} link */
function showLink(link) {
  modeBar.setLink(link, model);
  changed();
}

/** @param {Subject | undefined} chosen */
function choose(chosen) {
  subject = chosen;
  board.select(chosen !== undefined && 'connection' in chosen ? chosen.connection : undefined);
  waitingLine.selected = chosen !== undefined && 'waiter' in chosen ? chosen.waiter : undefined;
  inspector.choose(chosen);
  named();
  changed();
}

/** Only what is worth an interruption: figures that move are there to be read. @param {string} text */
function announce(text) {
  setText(byId('announce'), text);
}

/** @param {Gauges | undefined} gauges */
function announceChanges(gauges) {
  if (before !== undefined && gauges !== undefined) {
    if (gauges.phase !== before.phase) announce(`The pool is ${gauges.phase}`);
    const { status, cause } = gauges.health;
    if (status !== before.health.status)
      announce(status === 'ok' ? 'The pool is well again' : `The pool is ${status}. ${cause}`);
  }
  before = gauges;
}

function forget() {
  travel.live();
  before = undefined;
  choose(undefined);
}

/** @param {number} pool */
function watch(pool) {
  unlisten();
  travel.live();
  before = undefined;
  if (pool !== model.told.pool) choose(undefined);
  unlisten = listen(
    pool,
    {
      snapshot: (snapshot) => {
        // Another server may have come back: it knows nothing of the past that is shown, nor of who was chosen.
        if (snapshot.timeOrigin !== model.told.timeOrigin) forget();
        const address = readAddress();
        model.begin(snapshot);
        announceChanges(model.told.gauges);
        changed();
        void askHour(pool);
        show(address);
      },
      frame: (frame) => {
        model.apply(frame);
        announceChanges(model.told.gauges);
        changed();
      },
      pools: ({ pools }) => {
        model.pools = pools;
        showPools(pools, pool, pools.length > 1 || hasPeers);
      },
      gone: () => {
        unlisten();
        showLink('gone');
        announce('This pool is gone');
        void begin();
      },
    },
    showLink,
    () => setTimeout(() => void begin(), LOOK_MS),
  );
}

/** What was recorded before the page was open. @param {number} pool */
async function askHour(pool) {
  const answer = await askSeconds(pool).catch(() => undefined);
  if (answer?.pool !== model.told.pool) return;
  model.addSeconds(answer.seconds);
  changed();
}

/** Watches the pool of the address, or the only one; of several all are shown. Waits for one where there is none. */
async function begin() {
  const answer = await askPools().catch(() => undefined);
  const { pools = [], peers = [] } = answer ?? {};
  hasPeers = peers.length > 0;
  const { pool: wanted } = readAddress();
  const first = wanted === undefined && !hasPeers ? onlyOne(pools) : undefined;
  const pool = pools.find(({ id }) => id === wanted) ?? (wanted === undefined ? first : pools.at(-1));
  showPools(pools, pool?.id, pools.length > 1 || hasPeers);
  showPeers(peers);
  document.body.dataset['view'] = pool === undefined && pools.length > 0 ? 'overview' : 'pool';
  if (pool !== undefined) {
    watch(pool.id);
    return;
  }
  if (answer === undefined) showLink('lost');
  else if (pools.length > 0) {
    showOverview(pools);
    showLink('live');
  } else if (model.told.pool === 0) showLink('none');
  setTimeout(() => void begin(), LOOK_MS);
}

/** @param {readonly PoolSummary[]} pools */
function onlyOne(pools) {
  return pools.length === 1 ? pools[0] : undefined;
}

/** What the address names besides the pool, once that is known. @param {Address} address */
function show({ pool, at, zoom, subject: chosen }) {
  if (pool !== model.told.pool) return;
  if (at !== undefined && model.past === undefined) travel.to({ at: at - model.told.timeOrigin });
  if (zoom !== undefined) charts.zoom = zoom;
  if (chosen !== undefined) choose(chosen);
}

onPool((pool) => {
  if (pool === undefined) location.assign(location.pathname);
  else {
    watch(pool);
    history.replaceState(null, '', `?pool=${pool}`);
  }
});
listenToKeys(travel, () => moment.open());
document.addEventListener('themechange', () => {
  board.repaint();
  charts.rebuild();
});
void begin();

/** @import { Second } from '../protocol.ts' */
import { byId, cssColour } from './dom.js';

/** The thumb of the slider does not go further than this from its ends, in pixels. */
const INSET = 8;
/** Drawn so often at most, in milliseconds. */
const REDRAW_MS = 500;

/** How much happened over the time of the slider, with marks where there was trouble. */
export class TimeStrip {
  #canvas = /** @type {HTMLCanvasElement} */ (byId('strip'));
  #drawnAt = -Infinity;

  /** @param {readonly Second[]} seconds @param {number} from @param {number} to */
  show(seconds, from, to) {
    if (performance.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = performance.now();
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#canvas.getContext('2d');
    if (context === null || width === 0) return;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    context.scale(devicePixelRatio, devicePixelRatio);
    const shown = seconds.filter(({ at }) => at >= from && at <= to + 1000);
    const xOf = (/** @type {number} */ at) => INSET + ((width - 2 * INSET) * (at - from)) / Math.max(1, to - from);
    const most = Math.max(1, ...shown.map(({ checkouts }) => checkouts));
    for (const second of shown) {
      const [x, end] = [Math.max(INSET, xOf(second.at - 1000)), xOf(second.at)];
      const wide = Math.max(1, end - x);
      const high = second.checkouts === 0 ? 0 : Math.max(1, (height * second.checkouts) / most);
      context.globalAlpha = 0.4;
      context.fillStyle = cssColour('--active');
      context.fillRect(x, height - high, wide, high);
      context.globalAlpha = 1;
      if (!hasTrouble(second)) continue;
      context.fillStyle = cssColour('--unhealthy');
      context.fillRect(x, 0, Math.max(2, wide), 4);
    }
  }
}

/** @param {Second} second */
function hasTrouble({ counts }) {
  const { failedCheckouts, failedConnects, deaths, healthCheckFailures, leaks } = counts;
  return failedCheckouts + failedConnects + deaths + healthCheckFailures + leaks > 0;
}

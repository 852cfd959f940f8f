const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 120;
const HEIGHT = 22;

/** A small line without an axis, to be seen and not read. */
export class Sparkline {
  element = document.createElementNS(SVG, 'svg');
  #line = document.createElementNS(SVG, 'polyline');

  constructor() {
    this.element.classList.add('sparkline');
    this.element.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('aria-hidden', 'true');
    this.element.append(this.#line);
  }

  /** From 0 to the highest of them. @param {readonly number[]} values */
  show(values) {
    const most = Math.max(1, ...values);
    const step = WIDTH / Math.max(1, values.length - 1);
    const points = values.map((value, i) => {
      const y = HEIGHT - 1 - ((HEIGHT - 2) * value) / most;
      return `${Math.round(10 * i * step) / 10},${Math.round(10 * y) / 10}`;
    });
    const text = points.join(' ');
    if (this.#line.getAttribute('points') !== text) this.#line.setAttribute('points', text);
  }
}

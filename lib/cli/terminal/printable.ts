/** What a terminal acts upon instead of showing it: C0, C1 and what turns the direction of writing. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Any text in one line in which a terminal finds nothing to act upon: a run of white space is one space, and other control
 * characters are written as `\u001b`. Everything that is not ours goes through here before it is printed.
 */
export function oneLine(text: unknown): string {
  return escaped(String(text).replace(/\s+/g, ' ').trim());
}

/** As `JSON.stringify`, which leaves some of them as they are; in JSON they can only stand in strings. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(CONTROLS_IN_JSON, codeOf);
}

/** A line feed stands between two lines. */
const CONTROLS_IN_JSON = new RegExp(`(?!\\n)${CONTROLS.source}`, 'g');

function escaped(text: string): string {
  return text.replace(CONTROLS, codeOf);
}

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

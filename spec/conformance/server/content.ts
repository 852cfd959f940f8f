/** A red dot. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

/** A sound of no length. */
export const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

/** What a tool says, or a prompt. */
export function text(said: string): { type: 'text'; text: string } {
  return { type: 'text', text: said };
}

export function image(): { type: 'image'; data: string; mimeType: string } {
  return { type: 'image', data: PNG, mimeType: 'image/png' };
}

/** A resource within what a tool says. */
export function embedded(
  uri: string,
  mimeType: string,
  held: string,
): { type: 'resource'; resource: { uri: string; mimeType: string; text: string } } {
  return { type: 'resource', resource: { uri, mimeType, text: held } };
}

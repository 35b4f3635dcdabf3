const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  401: 'Unauthorized',
};

/** The standard phrase of a status code, which documents use as the description of an answer. */
export function reasonPhrase(status: number): string {
  return phrases[status] ?? `Status ${String(status)}`;
}

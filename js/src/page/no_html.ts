/** Stands in for sanitize-html: in an exported page no text is HTML, so all of it is escaped. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export default function escapeAll(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

// Keeps the look of the house and one offline page; never a page of anybody's: those are always asked of the server.

const SHELF = "parvis-1";
const OFFLINE = "/hors-ligne/";
const STATIC = "/static/";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shelf = await caches.open(SHELF);
    const page = await fetch(OFFLINE, { credentials: "omit" });
    if (!page.ok) throw new Error("The offline page did not come.");
    const words = await page.clone().text();
    await shelf.put(OFFLINE, page);
    // What the offline page is made of: its style sheets and its icon.
    const pieces = [...words.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((match) => match[1]);
    await shelf.addAll([...new Set(pieces)]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(OFFLINE)) ?? Response.error()));
  } else if (url.pathname.startsWith(STATIC)) {
    event.respondWith(fromShelf(event, request));
  }
});

/** Static files: the network first, so that a file without a fingerprint is never stale; the shelf when it is gone. */
async function fromShelf(event, request) {
  try {
    const fresh = await fetch(request);
    if (fresh.ok) {
      const copy = fresh.clone();
      event.waitUntil(caches.open(SHELF).then((shelf) => shelf.put(request, copy)));
    }
    return fresh;
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

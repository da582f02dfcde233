// Closes the ways from this worker to the network before anything else of it runs. It needs none: the page gives it the
// core, models and the frames of the comment WebSocket as bytes. What that proves, and what it does not: SECURITY.md.
const ways =
  /^(fetch|XMLHttp|WebSocket|EventSource|WebTransport|RTCPeer|importScripts|(Shared)?Worker$|Broadcast|FontFace|caches|Notification|(TCP|UDP)|sendBeacon|serviceWorker$)/;

/** Makes what is named so undefined for good, wherever the object has it from. */
function close(object: object): void {
  for (let holder: object | null = object; holder; holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder).filter((name) => ways.test(name))) {
      for (const place of [holder, object]) Object.defineProperty(place, name, { value: undefined });
    }
  }
}

close(globalThis);
close(navigator);

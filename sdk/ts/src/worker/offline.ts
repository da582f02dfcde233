// Closes the ways from this worker to the network before anything else of it runs. It needs none: the page gives it the
// core, models and the frames of the comment WebSocket as bytes. What that proves, and what it does not: SECURITY.md.
const ways =
  "fetch XMLHttpRequest WebSocket WebSocketStream EventSource WebTransport RTCPeerConnection importScripts Worker SharedWorker BroadcastChannel FontFace caches Notification TCPSocket UDPSocket";

/** Makes these names undefined for good, wherever the object has them from. */
function close(object: object, names: string): void {
  for (const name of names.split(" ")) {
    for (let holder: object | null = object; holder; holder = Object.getPrototypeOf(holder))
      delete holder[name as never];
    Object.defineProperty(object, name, { value: undefined });
  }
}

close(globalThis, ways);
close(navigator, "sendBeacon serviceWorker");

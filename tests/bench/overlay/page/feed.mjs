// Sends comments at an even pace, and a burst on top. A page that cannot keep up is not given more than one second's
// comments at once, as a chat's own backlog would be cut.
export class Feed {
  #send;
  #rate;
  #next;
  #last = 0;
  #due = 0;
  #burst = { rate: 0, until: 0 };

  /** `rate` in comments a second. */
  constructor(next, send, rate) {
    this.#next = next;
    this.#send = send;
    this.#rate = rate;
  }

  /** So many comments within the next second, beside the steady ones. */
  burst(count, now) {
    this.#burst = { rate: count, until: now + 1000 };
  }

  get bursting() {
    return this.#last <= this.#burst.until;
  }

  step(now) {
    if (this.#last === 0) this.#last = now;
    const bursting = Math.max(0, Math.min(now, this.#burst.until) - this.#last);
    this.#due += ((now - this.#last) * this.#rate + bursting * this.#burst.rate) / 1000;
    this.#due = Math.min(this.#due, this.#rate + this.#burst.rate);
    this.#last = now;
    const comments = [];
    for (; this.#due >= 1; this.#due--) comments.push(this.#next());
    if (comments.length > 0) this.#send(comments);
  }
}

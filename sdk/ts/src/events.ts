// EventTarget with typed events: each is a CustomEvent whose `detail` the map names.
type Listener<Detail> = ((event: CustomEvent<Detail>) => void) | { handleEvent(event: CustomEvent<Detail>): void };

export class TypedEventTarget<Events> {
  readonly #target = new EventTarget();

  addEventListener<Type extends keyof Events & string>(
    type: Type,
    listener: Listener<Events[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    this.#target.addEventListener(type, listener as EventListener | null, options);
    this.listened(type);
  }

  removeEventListener<Type extends keyof Events & string>(
    type: Type,
    listener: Listener<Events[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void {
    this.#target.removeEventListener(type, listener as EventListener | null, options);
  }

  /** Somebody wants to hear of events of this type. @internal */
  protected listened(_type: keyof Events & string): void {}

  /** @internal */
  protected emit<Type extends keyof Events & string>(type: Type, detail: Events[Type]): void {
    this.#target.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

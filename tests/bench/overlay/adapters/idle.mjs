// Nothing is shown: what the page, its frame loop and the compositor cost by themselves.
export async function create() {
  return { visible: () => 0 };
}

// An update under local trust is put to the server under its id.
import { failure, isTransient, problemOf } from "./answer.js";
import type { Exchange } from "./send.js";

export const update: Exchange = {
  method: "PUT",
  contentType: "application/octet-stream",
  async read(response) {
    const { status } = response;
    if (status === 200 || status === 201) {
      await response.body?.cancel().catch(() => {});
      return { outcome: "accepted", status };
    }
    return failure(response, await problemOf(response), isTransient(status));
  },
};

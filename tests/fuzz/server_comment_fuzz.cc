// A comment that is accepted is one that every viewer can read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server-stub/comments/comment.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::server;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto comment = ParseComment(text, 4'096);
  if (comment.ok()) {
    const auto again = ParseComment(RenderComment(comment.value(), true), 65'536);
    if (!again.ok() || again.value().text != comment.value().text || again.value().user != comment.value().user) {
      std::abort();
    }
  }
  static_cast<void>(ParseReplay(text));
  return 0;
}

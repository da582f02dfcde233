// A party's file of a task, of any content: it is read, and rendered it reads back as the same task; or it is refused
// with lines that name the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server-stub/aggregator/task_file.h"

namespace {

using sotto::server::TaskFile;

bool Same(const TaskFile& a, const TaskFile& b) {
  return a.role == b.role && a.split == b.split && a.terms == b.terms && a.leader_operator == b.leader_operator &&
         a.helper_operator == b.helper_operator && a.delta == b.delta && a.expires == b.expires &&
         a.stream == b.stream && a.verify_key == b.verify_key && a.collector == b.collector &&
         a.collector_private_key == b.collector_private_key && a.helper_token == b.helper_token &&
         a.helper_token_sha256 == b.helper_token_sha256 && a.collector_token == b.collector_token &&
         a.collector_token_sha256 == b.collector_token_sha256;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = sotto::server::ReadTaskFile(text, "a.toml");
  if (!file.ok()) {
    if (!file.error().message.starts_with("task file a.toml:\n")) std::abort();
    return 0;
  }
  const auto again = sotto::server::ReadTaskFile(RenderTaskFile(file.value()), "a.toml");
  if (!again.ok() || !Same(file.value(), again.value())) std::abort();
  return 0;
}

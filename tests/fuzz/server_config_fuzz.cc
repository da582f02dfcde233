// An operator's file of any content is read or refused with lines that name what is wrong.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server-stub/config/config_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = sotto::server::ReadConfig(text, "/etc/sotto");
  if (!config.ok() && !config.error().message.starts_with("line ")) std::abort();
  return 0;
}

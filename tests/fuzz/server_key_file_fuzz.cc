// Whatever a key file or a URL says: it is read or refused, and what is read is what it says.
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server-stub/hpke/key_file.h"
#include "server-stub/http/client.h"

namespace {

// In memory, readable by its owner alone, as key files have to be.
int file() {
  static const int descriptor = [] {
    const int made = memfd_create("key", MFD_CLOEXEC);
    if (made < 0 || fchmod(made, 0600) != 0) std::abort();
    return made;
  }();
  return descriptor;
}

void Fill(int descriptor, std::string_view text) {
  if (ftruncate(descriptor, 0) != 0) std::abort();
  if (pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::server;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const std::string path = "/proc/self/fd/" + std::to_string(file());
  Fill(file(), text);
  const auto key = ReadHpkeKeyFile(path);
  if (key.ok()) {
    const std::string rendered = RenderHpkeKeyFile(key.value());
    Fill(file(), rendered);
    const auto again = ReadHpkeKeyFile(path);
    if (!again.ok() || RenderHpkeKeyFile(again.value()) != rendered) std::abort();
  }
  const auto url = ParseHttpUrl(text);
  if (!url.ok()) return 0;
  const HttpUrl& parts = url.value();
  if (parts.host.empty() || parts.port.empty() || !parts.target.starts_with('/')) std::abort();
  const bool literal = parts.host.find(':') != std::string::npos;
  const std::string again = std::string(parts.tls ? "https://" : "http://") +
                            (literal ? "[" + parts.host + "]" : parts.host) + ":" + parts.port + parts.target;
  const auto reread = ParseHttpUrl(again);
  if (!reread.ok() || reread.value().host != parts.host || reread.value().target != parts.target) std::abort();
  return 0;
}

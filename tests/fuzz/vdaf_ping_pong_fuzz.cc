// Any bytes as a message of the ping-pong topology. What is decoded is encoded as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sotto/vdaf/ping_pong.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto decoded = sotto::vdaf::DecodePingPong({data, size});
  if (decoded.ok() && sotto::vdaf::EncodePingPong(decoded.value()) != sotto::Bytes(data, data + size)) std::abort();
  return 0;
}

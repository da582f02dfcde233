// Whatever our own JSON says, what is read of it is in range and can be written.
#include "formats_checked.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sotto::formats::CheckImport(data, size, sotto::formats::Format::kSotto);
}
